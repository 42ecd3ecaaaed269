package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ExamplesPropertyTest {
    private static Path file(byte[] content) throws IOException {
        Path file = Files.createTempFile("examples", ".jsonl");
        file.toFile().deleteOnExit();
        return Files.write(file, content);
    }

    private static Path file(String content) throws IOException {
        return file(content.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 200)
    void randomBytesNeverBreakIt(@ForAll byte[] bytes) throws Exception {
        try {
            assertThat(Examples.read(file(bytes))).hasSizeLessThanOrEqualTo(bytes.length);
        } catch (ExamplesException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @Property(tries = 200)
    void anyTextComesBackAsItWas(@ForAll String text) throws Exception {
        String json = new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(text);
        List<LabelledExample> read = Examples.read(file("{\"task\":\"t\",\"input\":" + json + "}"));
        assertThat(read.get(0).text())
                .isEqualTo(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    @Test
    void readsGzipWhateverItsName() throws Exception {
        Path file = Files.createTempFile("examples", ".dat");
        file.toFile().deleteOnExit();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"id\":7,\"task\":\"t\",\"input\":\"hello\"}\n\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Examples.read(file)).extracting(LabelledExample::id).containsExactly("7");
    }

    @Test
    void readsChatRequestsOfAllDialects() throws Exception {
        Path file = file("""
                {"input":{"messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"old"},{"role":"assistant","content":"ok"},{"role":"user","content":[{"type":"text","text":"Sum up"},{"type":"image_url","image_url":{"url":"x"}}]}]}}
                {"input":{"system":"Be brief","messages":[{"role":"user","content":"Sum up"}]}}
                {"input":{"systemInstruction":{"parts":[{"text":"Be brief"}]},"contents":[{"role":"user","parts":[{"text":"Sum up"}]}]}}
                """);
        assertThat(Examples.read(file)).extracting(LabelledExample::text).containsOnly("Be brief\nSum up");
    }

    @Test
    void namesEveryFaultyLineAndStillHandsOverTheOthers() throws Exception {
        Path file = file("{\"input\":\"a\"}\nnonsense secret\n{\"task\":\"t\"}\n{\"input\":3}\n{\"input\":\"b\"} x\n"
                + "{\"input\":\"c\",\"task\":5}\n[1]\n{\"input\":\"d\",\"outputs\":[]}\n{\"input\":\"e\"}");
        List<String> texts = new ArrayList<>();
        assertThatThrownBy(() -> Examples.forEach(file, e -> texts.add(e.text())))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("7 lines")
                .hasMessageContaining("line 2 is not one JSON object")
                .hasMessageContaining("line 3 has no 'input'")
                .hasMessageContaining("line 4 has an 'input'")
                .hasMessageContaining("line 5 ")
                .hasMessageContaining("line 6 has a 'task'")
                .hasMessageContaining("line 8 has 'outputs'")
                .hasMessageNotContaining("secret");
        assertThat(texts).containsExactly("a", "e");
    }

    @Test
    void namesTheFileThatIsNotThere() {
        assertThatThrownBy(() -> Examples.read(Path.of("nowhere.jsonl")))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("nowhere.jsonl")
                .hasMessageContaining("there is no file nowhere.jsonl");
    }

    @Test
    void deepNestingIsAFaultyLine() throws Exception {
        Path file = file("{\"input\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}");
        assertThatThrownBy(() -> Examples.read(file)).hasMessageContaining("line 1 is not one JSON object");
    }

    @Test
    void charactersAcrossBuffersAndTooLongLinesAreRead() throws Exception {
        String wide = "\uD83D\uDE00\u20AC\u00E9x".repeat(30_000);
        Path file = file("{\"input\":\"" + wide + "\"}\n{\"input\":\"" + "\u20AC".repeat(DataLines.MAX_LINE + 10)
                + "\"}\n{\"input\":\"b\"}");
        List<String> texts = new ArrayList<>();
        assertThatThrownBy(() -> Examples.forEach(file, e -> texts.add(e.text())))
                .hasMessageContaining("line 2 has more than");
        assertThat(texts).containsExactly(wide, "b");
    }
}
