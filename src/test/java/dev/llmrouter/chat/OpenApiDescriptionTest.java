package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.llmrouter.policy.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Holds what we write to OpenAI's own description, where {@code -Dllmrouter.openapi=FILE} names it. */
@EnabledIfSystemProperty(named = "llmrouter.openapi", matches = ".+")
class OpenApiDescriptionTest {
    private static JsonSchema schema(String name) throws IOException {
        Load load =
                new Load(LoadSettings.builder().setCodePointLimit(50_000_000).build());
        Object description = load.loadFromString(Files.readString(Path.of(System.getProperty("llmrouter.openapi"))));
        JsonNode tree = Samples.MAPPER.valueToTree(description);
        ObjectNode root = Samples.MAPPER.createObjectNode();
        root.put("$ref", "#/components/schemas/" + name);
        root.set("components", tree.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    @Test
    void answersOfOtherProvidersFitOpenAisDescription() throws Exception {
        JsonSchema schema = schema("CreateChatCompletionResponse");
        assertThat(schema.validate(Samples.json("{\"id\":7}"))).isNotEmpty();
        for (Map.Entry<Dialect.Name, String> sample : Map.of(
                        Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_REPLY, Dialect.Name.GEMINI, Samples.GEMINI_REPLY)
                .entrySet()) {
            byte[] written = new OpenAiDialect(Samples.CLOCK)
                    .writeReply(Samples.reply(sample.getKey(), sample.getValue()), ChatRequest.ofText("x"));
            assertThat(schema.validate(Samples.json(written))).isEmpty();
        }
    }

    @Test
    void streamChunksFitOpenAisDescription() throws Exception {
        JsonSchema schema = schema("CreateChatCompletionStreamResponse");
        List<StreamEvent> events = new ArrayList<>(Samples.decode(Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_STREAM));
        for (SseParser.Event event : Samples.encode(
                Dialect.Name.OPENAI,
                Samples.openAi(
                        "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                events)) {
            if (!event.data().equals("[DONE]")) {
                assertThat(schema.validate(Samples.json(event.data()))).isEmpty();
            }
        }
    }

    @Test
    void wholeResponsesFitOpenAisDescription() throws Exception {
        JsonSchema schema = schema("Response");
        assertThat(schema.validate(Samples.json("{\"id\":7}"))).isNotEmpty();
        CallerDialect responses = Samples.DIALECTS.caller(Dialect.Name.RESPONSES);
        for (String asked : List.of("{\"model\":\"auto\",\"input\":\"x\"}", Samples.RESPONSES_TOOLS)) {
            ChatRequest request = responses.parseRequest(Samples.utf8(asked), Limits.ofDefaults());
            for (Map.Entry<Dialect.Name, String> sample : Map.of(
                            Dialect.Name.OPENAI,
                            Samples.OPENAI_REPLY,
                            Dialect.Name.ANTHROPIC,
                            Samples.ANTHROPIC_REPLY,
                            Dialect.Name.GEMINI,
                            Samples.GEMINI_REPLY)
                    .entrySet()) {
                byte[] written = responses.writeReply(Samples.reply(sample.getKey(), sample.getValue()), request);
                assertThat(schema.validate(Samples.json(written))).isEmpty();
            }
        }
    }

    @Test
    void eventsOfResponsesFitOpenAisDescription() throws Exception {
        JsonSchema schema = schema("ResponseStreamEvent");
        CallerDialect responses = Samples.DIALECTS.caller(Dialect.Name.RESPONSES);
        ChatRequest request = responses.parseRequest(Samples.utf8(Samples.RESPONSES_TOOLS), Limits.ofDefaults());
        List<StreamEvent> failed = List.of(
                new StreamEvent.RefusalDelta(0, "No"),
                new StreamEvent.Failed(ChatError.of(ChatError.Kind.SERVER, 502, "gone")));
        List<StreamEvent> cut =
                List.of(new StreamEvent.TextDelta(0, "a", null), new StreamEvent.Finish(0, FinishReason.LENGTH, null));
        for (List<StreamEvent> events : List.of(
                Samples.decode(Dialect.Name.ANTHROPIC, Samples.ANTHROPIC_STREAM),
                Samples.decode(Dialect.Name.OPENAI, Samples.OPENAI_STREAM),
                failed,
                cut)) {
            List<StreamEvent> all = new ArrayList<>(events);
            all.add(new StreamEvent.End());
            for (SseParser.Event event : Samples.encode(Dialect.Name.RESPONSES, request, all)) {
                assertThat(schema.validate(Samples.json(event.data())))
                        .as(event.event())
                        .isEmpty();
            }
        }
    }
}
