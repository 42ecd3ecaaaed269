package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PromptTextTest {
    private static String of(String content) throws Exception {
        String input = "{\"messages\":[{\"role\":\"user\",\"content\":" + content + "}]}";
        return String.valueOf(PromptText.of(new ObjectMapper().readTree(input)));
    }

    /** A picture alone is a request as good as any: comparing models on it needs no text. */
    @Test
    void anImageAloneIsAnInputWithoutText() throws Exception {
        assertThat(of("[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/a.png\"}}]"))
                .isEmpty();
        assertThat(of("[{\"type\":\"image\",\"source\":{}},{\"type\":\"text\",\"text\":\"What is it?\"}]"))
                .isEqualTo("What is it?");
    }

    @Test
    void nothingAtAllIsNone() throws Exception {
        assertThat(of("[]")).isEqualTo("null");
        assertThat(of("[{}]")).isEqualTo("null");
        assertThat(of("[{\"type\":\"text\",\"text\":\"\"}]")).isEqualTo("null");
        assertThat(of("\"\"")).isEqualTo("null");
    }
}
