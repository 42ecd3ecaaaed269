package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that comes inside of a request: what is none is refused by its place, and a text arrives as it was written. */
class InlineDataTest {
    private static ChatRequest read(Dialect.Name dialect, String part) throws BadRequestException {
        String message = "[{\"role\":\"user\",\"content\":[" + part.replace('\'', '"') + "]}]";
        String body = "{\"model\":\"m\",\"max_tokens\":90,\"messages\":" + message + "}";
        if (dialect == Dialect.Name.RESPONSES) {
            body = "{\"model\":\"m\",\"input\":" + message + "}";
        }
        return Samples.DIALECTS
                .caller(dialect)
                .parseRequest(body.getBytes(StandardCharsets.UTF_8), Limits.ofDefaults());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    OPENAI    | file.file_data      | {'type':'file','file':{'file_data':'data:text/plain;base64,@@@=a'}}
                    OPENAI    | file.file_data      | {'type':'file','file':{'file_data':'aGk=a'}}
                    OPENAI    | file.file_data      | {'type':'file','file':{'file_data':'data:text/plain,hi'}}
                    OPENAI    | image_url.url       | {'type':'image_url','image_url':{'url':'data:image/png;base64,a'}}
                    OPENAI    | input_audio.data    | {'type':'input_audio','input_audio':{'format':'wav','data':'a.b'}}
                    RESPONSES | file_data           | {'type':'input_file','file_data':'data:text/plain;base64,aGk=='}
                    RESPONSES | file_data           | {'type':'input_file','file_data':'data:text/plain,hi'}
                    RESPONSES | image_url           | {'type':'input_image','image_url':'data:image/png;base64,%%%'}
                    RESPONSES | input_audio.data    | {'type':'input_audio','input_audio':{'format':'wav','data':'!'}}
                    ANTHROPIC | source.data         | {'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'a=b='}}
                    ANTHROPIC | source.data         | {'type':'image','source':{'type':'base64','media_type':'image/png','data':'aé=='}}
                    ANTHROPIC | content[0].source.data | {'type':'tool_result','tool_use_id':'t','content':[{'type':'image','source':{'type':'base64','media_type':'image/png','data':'='}}]}
                    """)
    void whatIsNotBase64IsRefusedByItsPlace(Dialect.Name dialect, String field, String part) {
        BadRequestException refused = catchThrowableOfType(BadRequestException.class, () -> read(dialect, part));

        assertThat(refused.error().status()).isEqualTo(400);
        assertThat(refused.error().param()).endsWith("content[0]." + field);
        assertThat(refused.error().message())
                .contains(String.valueOf(refused.error().param()), "base64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "aGk=", "aGk", "aG\r\n k=\n", "-_-_", "+/+/", "YQ==", "YQ"})
    void whatServersTakeIsTaken(String base64) throws Exception {
        assertThat(Base64Text.isValid(base64)).isTrue();
        assertThat(Base64Text.decode(base64))
                .hasSize(base64.replaceAll("[\\s=]", "").length() * 3 / 4);
    }

    @Test
    void whatAnEncoderWritesIsTakenAndComesBack() {
        Random random = new Random(106);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            for (Base64.Encoder encoder : new Base64.Encoder[] {
                Base64.getEncoder(),
                Base64.getMimeEncoder(),
                Base64.getUrlEncoder(),
                Base64.getUrlEncoder().withoutPadding()
            }) {
                String text = encoder.encodeToString(bytes);
                assertThat(Base64Text.isValid(text)).isTrue();
                assertThat(Base64Text.decode(text)).isEqualTo(bytes);
            }
        }
    }

    private static JsonNode written(String dataUrl, Dialect.Name target) throws BadRequestException {
        ChatRequest request = read(Dialect.Name.OPENAI, "{'type':'file','file':{'file_data':'" + dataUrl + "'}}");
        assertThat(Portability.notCarried(request, target)).isEmpty();
        return Samples.DIALECTS.provider(target).writeRequest(request, "remote", 9);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    data:text/plain;base64,Y2Fmw6k=
                    data:TEXT/PLAIN;Charset=UTF-8;base64,Y2Fmw6k=
                    data:text/plain;charset=iso-8859-1;base64,Y2Fm6Q==
                    data:text/plain;charset="ISO-8859-1";BASE64,Y2Fm6Q
                    data:;charset=iso-8859-1;base64,Y2Fm6Q==
                    data:text/plain;charset=utf-16le;base64,YwBhAGYA6QA=
                    """)
    void aTextArrivesInItsStatedCharacterSet(String url) throws BadRequestException {
        String escaped = url.replace("\"", "\\'");
        JsonNode anthropic = written(escaped, Dialect.Name.ANTHROPIC);
        assertThat(anthropic.at("/messages/0/content/0/source/data").textValue())
                .isEqualTo("café");
        assertThat(anthropic.at("/messages/0/content/0/source/media_type").textValue())
                .isEqualTo("text/plain");

        JsonNode gemini = written(escaped, Dialect.Name.GEMINI).at("/contents/0/parts/0/inlineData");
        assertThat(gemini.path("mimeType").textValue()).isEqualTo("text/plain");
        assertThat(new String(Base64.getDecoder().decode(gemini.path("data").textValue()), StandardCharsets.UTF_8))
                .isEqualTo("café");

        String file = written(escaped, Dialect.Name.RESPONSES)
                .at("/input/0/content/0/file_data")
                .textValue();
        DataUrl carried = java.util.Objects.requireNonNull(DataUrl.parse(file));
        assertThat(DocumentText.decode(MediaType.parse(carried.mediaType()), carried.base64()))
                .isEqualTo("café");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANTHROPIC", "GEMINI"})
    void aCharacterSetThatNobodyKnowsLeavesTheModelOut(Dialect.Name target) throws BadRequestException {
        ChatRequest request = read(
                Dialect.Name.OPENAI,
                "{'type':'file','file':{'file_data':'data:text/plain;charset=klingon;base64,aGk='}}");

        assertThat(Portability.notCarried(request, target))
                .singleElement()
                .asString()
                .contains("character set");
        assertThat(Portability.notCarried(request, Dialect.Name.RESPONSES)).isEmpty();
    }

    @Test
    void bytesThatAreNoTextAreNotMadeOne() {
        assertThatThrownBy(() -> written("data:text/plain;base64,Y2Fm6Q==", Dialect.Name.ANTHROPIC))
                .isInstanceOfSatisfying(UnwritableRequestException.class, e -> {
                    assertThat(e.error().status()).isEqualTo(400);
                    assertThat(e.error().message()).contains("UTF-8", "charset=");
                });
    }

    @Test
    void theTypeOfADocumentIsComparedWithoutCase() throws BadRequestException {
        ChatRequest request = read(
                Dialect.Name.ANTHROPIC,
                "{'type':'document','source':{'type':'base64','media_type':'Application/PDF','data':'aGk='}}");
        assertThat(((Part.Document) request.messages().get(0).parts().get(0)).mediaType())
                .isEqualTo("application/pdf");
        assertThat(Portability.notCarried(
                        read(Dialect.Name.OPENAI, "{'type':'file','file':{'file_data':'data:TEXT/PLAIN;base64,aGk='}}"),
                        Dialect.Name.ANTHROPIC))
                .isEmpty();
    }

    /** OpenRouter's file by URL, and the sound of Qwen's models: providers of the format know them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'file','file':{'file_data':'https://x.example/a.pdf'}}",
                "{'type':'input_audio','input_audio':{'format':'wav','data':'https://x.example/a.wav'}}",
                "{'type':'input_audio','input_audio':{'format':'wav','data':'data:;base64,aGk='}}"
            })
    void whatProvidersOfTheFormatTakeBesideBase64GoesToThem(String part) throws Exception {
        ChatRequest request = read(Dialect.Name.OPENAI, part);
        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
    }

    @Test
    void whoCannotFetchASoundIsLeftOut() throws Exception {
        ChatRequest url = read(
                Dialect.Name.OPENAI,
                "{'type':'input_audio','input_audio':{'format':'wav','data':'https://x.example/a.wav'}}");
        assertThat(Portability.notCarried(url, Dialect.Name.GEMINI)).isNotEmpty();
        ChatRequest data = read(
                Dialect.Name.OPENAI,
                "{'type':'input_audio','input_audio':{'format':'wav','data':'data:;base64,aGk='}}");
        assertThat(Portability.notCarried(data, Dialect.Name.GEMINI)).isEmpty();
        assertThat(data.messages().get(0).parts()).contains(new Part.Audio("wav", "aGk=", null));
    }

    @Test
    void aDocumentByUrlIsFetchedByWhoCan() throws Exception {
        ChatRequest request =
                read(Dialect.Name.OPENAI, "{'type':'file','file':{'file_data':'https://x.example/a.pdf'}}");
        assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC)).isEmpty();
        assertThat(Portability.notCarried(request, Dialect.Name.GEMINI)).isNotEmpty();
    }
}
