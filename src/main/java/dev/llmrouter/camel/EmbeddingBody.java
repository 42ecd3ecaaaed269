package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import java.util.Collection;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The bytes of a request for embeddings, whatever a route holds its texts in. */
final class EmbeddingBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EmbeddingBody() {}

    /**
     * A {@code String} is a text, a collection of them texts, for the model and the dimensions of the headers
     * {@link LlmRouterConstants#EMBEDDING_MODEL} and {@link LlmRouterConstants#DIMENSIONS}; bytes, streams and maps are a
     * request in JSON, as OpenAI's clients send it.
     *
     * @throws BadRequestException if a collection holds something else, or a header is no number
     */
    static byte[] of(Exchange exchange) throws BadRequestException {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (!(body instanceof String) && !(body instanceof Collection<?>)) {
            return RequestBody.of(exchange);
        }
        ObjectNode request = JSON.createObjectNode();
        request.put("model", message.getHeader(LlmRouterConstants.EMBEDDING_MODEL, "auto", String.class));
        Object dimensions = message.getHeader(LlmRouterConstants.DIMENSIONS);
        if (dimensions != null) {
            Integer number = exchange.getContext().getTypeConverter().tryConvertTo(Integer.class, exchange, dimensions);
            if (number == null) {
                throw refused("The header " + LlmRouterConstants.DIMENSIONS + " takes a whole number from 1.");
            }
            request.put("dimensions", number);
        }
        request.put("encoding_format", "base64");
        if (body instanceof Collection<?> texts) {
            ArrayNode input = request.putArray("input");
            for (Object text : texts) {
                if (!(text instanceof String)) {
                    throw refused("The list holds a "
                            + (text == null ? "null" : text.getClass().getName())
                            + "; expected are texts (String).");
                }
                input.add((String) text);
            }
        } else {
            request.put("input", (String) body);
        }
        try {
            return JSON.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw refused("A text cannot be written as JSON: it is not valid Unicode.");
        }
    }

    private static BadRequestException refused(String message) {
        return new BadRequestException(ChatError.of(ChatError.Kind.INVALID_REQUEST, 400, message));
    }
}
