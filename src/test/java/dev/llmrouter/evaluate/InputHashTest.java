package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class InputHashTest {
    private static String hash(Dialect.Name dialect, String body) throws Exception {
        return InputHash.of(new Dialects(Clock.systemUTC())
                .caller(dialect)
                .parseRequest(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Limits.ofDefaults()));
    }

    private static String asked(String text) throws Exception {
        return hash(Dialect.Name.OPENAI, "{'model':'auto','messages':[{'role':'user','content':'" + text + "'}]}");
    }

    private static String shown(String base64) throws Exception {
        return hash(
                Dialect.Name.OPENAI,
                "{'model':'auto','messages':[{'role':'user','content':[{'type':'text','text':'What is it?'},"
                        + "{'type':'image_url','image_url':{'url':'data:image/png;base64," + base64 + "'}}]}]}");
    }

    @Test
    void theSameQuestionIsTheSameHoweverItIsWritten() throws Exception {
        assertThat(asked("Which queue?"))
                .hasSize(32)
                .isEqualTo(asked("which  queue"))
                .isEqualTo(hash(
                        Dialect.Name.ANTHROPIC,
                        "{'model':'auto','max_tokens':9,'messages':[{'role':'user','content':'Which queue?'}]}"));
    }

    @Test
    void anotherWordTurnOrSystemPromptIsAnotherInput() throws Exception {
        assertThat(asked("Which queue?")).isNotEqualTo(asked("Which queues?"));
        assertThat(asked("b"))
                .isNotEqualTo(hash(
                        Dialect.Name.OPENAI,
                        "{'model':'auto','messages':[{'role':'system','content':'a'},{'role':'user','content':'b'}]}"))
                .isNotEqualTo(hash(
                        Dialect.Name.OPENAI,
                        "{'model':'auto','messages':[{'role':'user','content':'b'},{'role':'assistant','content':'c'},"
                                + "{'role':'user','content':'b'}]}"));
    }

    @Test
    void imagesAreToldApartThoughNoTextShowsThem() throws Exception {
        assertThat(shown("aGk=")).isEqualTo(shown("aGk=")).isNotEqualTo(shown("aG8="));
    }

    @Test
    void longTextsCountAsTheyAre() throws Exception {
        String text = "word ".repeat(20_000);
        assertThat(asked(text)).isEqualTo(asked(text)).isNotEqualTo(asked(text + "x"));
    }
}
