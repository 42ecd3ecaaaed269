package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's embeddings, for callers and for providers of the protocol {@code openai}. Inputs are the text parts of one user
 * message, vectors are in {@link ChatReply#embeddings}; so a request goes the way that chat goes: keys, candidates, failover,
 * cost. There are no streams. Source: OpenAI's OpenAPI description of 2026-08-21. Safe for use by many threads.
 */
public final class EmbeddingsDialect implements Dialect {
    @Override
    public Name name() {
        return Name.EMBEDDINGS;
    }

    /** A request for the vectors of some texts. @param model as in the field {@code model} of a caller */
    public static ChatRequest request(List<String> texts, String model) {
        ObjectNode body = Json.object().put("model", model);
        ArrayNode input = body.putArray("input");
        texts.forEach(input::add);
        return EmbeddingsRequestReader.neutral(
                body, model, texts.stream().<Part>map(Part.Text::new).toList());
    }

    /** The dimensions that an embedding request names; null if it names none, or is for chat. */
    public static @Nullable Integer dimensions(ChatRequest request) {
        ObjectNode body = request.body();
        JsonNode dimensions = !request.isEmbeddings() || body == null ? null : Json.present(body, "dimensions");
        return dimensions == null ? null : dimensions.intValue();
    }

    /** How many inputs an embedding request has. */
    public static int inputs(ChatRequest request) {
        return request.messages().get(0).parts().size();
    }

    @Override
    public ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException {
        return EmbeddingsRequestReader.read(body, limits);
    }

    @Override
    public byte[] writeReply(ChatReply reply, ChatRequest request) {
        ObjectNode body = request.body();
        boolean base64 = body != null && "base64".equals(Json.textOrNull(body, "encoding_format"));
        return EmbeddingsReplies.write(reply, base64);
    }

    @Override
    public byte[] writeError(ChatError error, String requestId) {
        return Json.bytes(CallerErrors.openAi(error));
    }

    @Override
    public int status(ChatError error) {
        return CallerErrors.openAiStatus(error);
    }

    /** @throws UnsupportedOperationException always: no embedding request asks for a stream */
    @Override
    public StreamEncoder encoder(ChatRequest request) {
        throw new UnsupportedOperationException("Embeddings are not streamed.");
    }

    @Override
    public ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput) {
        ObjectNode received = request.body();
        ObjectNode body = Json.object().put("model", remoteModel);
        if (received != null) {
            received.fields().forEachRemaining(field -> {
                if (!field.getKey().equals("model")) {
                    body.set(field.getKey(), field.getValue());
                }
            });
        }
        return body;
    }

    @Override
    public ChatReply parseReply(byte[] body) throws MalformedReplyException {
        return EmbeddingsReplies.read(body);
    }

    @Override
    public ChatError parseError(int status, byte[] body) {
        return ProviderErrors.read(status, body);
    }

    /** @throws UnsupportedOperationException always: no provider is asked for a stream */
    @Override
    public StreamDecoder decoder() {
        throw new UnsupportedOperationException("Embeddings are not streamed.");
    }
}
