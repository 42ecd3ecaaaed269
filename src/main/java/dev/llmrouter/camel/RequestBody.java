package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/** The bytes of a message's body, whatever a route holds it in. */
final class RequestBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RequestBody() {}

    /**
     * Text, bytes, streams and files as Camel's type converters read them; a {@code JsonNode}, map, list or any object of the
     * route's own as JSON.
     *
     * @return empty for no body
     * @throws BadRequestException if the body can be turned into neither text nor JSON
     */
    static byte[] of(Exchange exchange) throws BadRequestException {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof JsonNode || body instanceof Map<?, ?> || body instanceof Collection<?>) {
            return json(body);
        }
        byte[] converted = converted(message);
        return converted != null ? converted : json(body);
    }

    private static byte @Nullable [] converted(Message message) {
        try {
            return message.getBody(byte[].class);
        } catch (org.apache.camel.TypeConversionException e) {
            return null;
        }
    }

    private static byte[] json(Object body) throws BadRequestException {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new BadRequestException(ChatError.of(
                    ChatError.Kind.INVALID_REQUEST,
                    400,
                    "The body is a " + body.getClass().getName()
                            + ", which is neither text nor writable as JSON. Convert it before, or send text."));
        }
    }
}
