package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import dev.llmrouter.policy.Limits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Holds what we write, field by field, to OpenAI's own description: a reduced copy of it, or the whole that
 * {@code -Dllmrouter.openapi=FILE} names. Fields that must be there are, null where the description has null; what is not set
 * and must not be null is left out. Issue 16, 4.
 */
class OpenApiDescriptionTest {
    private static JsonSchema schema(String name) throws IOException {
        return OpenAiDescription.schema(name);
    }

    @Test
    void answersOfOtherProvidersFitOpenAisDescription() throws Exception {
        JsonSchema schema = schema("CreateChatCompletionResponse");
        assertThat(schema.validate(Samples.json("{\"id\":7}"))).isNotEmpty();
        for (Map.Entry<Dialect.Name, String> sample : Map.of(
                        Dialect.Name.ANTHROPIC,
                        Samples.ANTHROPIC_REPLY,
                        Dialect.Name.GEMINI,
                        Samples.GEMINI_REPLY,
                        Dialect.Name.RESPONSES,
                        Samples.RESPONSES_REPLY)
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
        events.addAll(Samples.decode(Dialect.Name.RESPONSES, Samples.RESPONSES_STREAM));
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

    @Test
    void theSamplesOfResponsesFitTheDescriptionThemselves() throws Exception {
        assertThat(schema("Response").validate(Samples.json(Samples.RESPONSES_REPLY)))
                .isEmpty();
        JsonSchema schema = schema("ResponseStreamEvent");
        for (SseParser.Event event : SseParser.ofDefaults().feed(Samples.utf8(Samples.RESPONSES_STREAM))) {
            assertThat(schema.validate(Samples.json(event.data())))
                    .as(event.event())
                    .isEmpty();
        }
    }

    @Test
    void requestsToProvidersFitTheDescription() throws Exception {
        List<ChatRequest> requests = List.of(
                Samples.openAi(Samples.OPENAI_TOOLS),
                Samples.anthropic(Samples.ANTHROPIC_TOOLS),
                ChatRequest.ofText("x"));
        for (ChatRequest request : requests) {
            assertThat(OpenAiDescription.looseSchema("CreateResponse")
                            .validate(written(request, Dialect.Name.RESPONSES)))
                    .isEmpty();
        }
        assertThat(OpenAiDescription.looseSchema("CreateResponse").validate(Samples.json("{\"max_output_tokens\":5}")))
                .isNotEmpty();
        ChatRequest responses = Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(Samples.utf8(Samples.RESPONSES_TOOLS), Limits.ofDefaults());
        for (ChatRequest request : List.of(requests.get(1), requests.get(2), responses)) {
            assertThat(OpenAiDescription.looseSchema("CreateChatCompletionRequest")
                            .validate(written(request, Dialect.Name.OPENAI)))
                    .isEmpty();
        }
    }

    private static JsonNode written(ChatRequest request, Dialect.Name provider) {
        return Samples.json(Json.bytes(Samples.DIALECTS.provider(provider).writeRequest(request, "gpt-4o-mini", 1000)));
    }

    @Test
    void errorsFitTheDescription() throws Exception {
        JsonSchema schema = schema("ErrorResponse");
        assertThat(schema.validate(Samples.json("{\"error\":{\"message\":\"x\"}}")))
                .isNotEmpty();
        for (ChatError.Kind kind : ChatError.Kind.values()) {
            for (Dialect.Name caller : List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.EMBEDDINGS)) {
                byte[] written = Samples.DIALECTS
                        .caller(caller)
                        .writeError(ChatError.of(kind, 400, "It did not work."), "req_1");
                assertThat(schema.validate(Samples.json(written)))
                        .as("%s", kind)
                        .isEmpty();
            }
        }
    }

    @Test
    void embeddingsFitTheDescription() throws Exception {
        CallerDialect embeddings = Samples.DIALECTS.caller(Dialect.Name.EMBEDDINGS);
        ChatRequest request =
                embeddings.parseRequest(Samples.utf8("{\"model\":\"m\",\"input\":[\"x\"]}"), Limits.ofDefaults());
        ChatReply reply = Samples.reply(
                Dialect.Name.EMBEDDINGS,
                "{\"object\":\"list\",\"model\":\"m\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                        + "\"embedding\":[0.5,-1]}],\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}");

        assertThat(schema("CreateEmbeddingResponse").validate(Samples.json(embeddings.writeReply(reply, request))))
                .isEmpty();
    }
}
