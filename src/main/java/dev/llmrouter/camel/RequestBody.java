package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/** The bytes of a message's body, whatever a route holds it in. */
final class RequestBody {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] AUTO = "\"model\":\"auto\",".getBytes(StandardCharsets.UTF_8);

    private RequestBody() {}

    /**
     * Text, bytes, streams and files as Camel's type converters read them; a {@code JsonNode}, map, list or any object of the
     * route's own as JSON. Bytes are UTF-8 unless the exchange names another charset ({@link Exchange#CHARSET_NAME}).
     *
     * @return in UTF-8; empty for no body
     * @throws BadRequestException if the body can be turned into neither text nor JSON
     */
    static byte[] of(Exchange exchange) throws BadRequestException {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof JsonNode || body instanceof Map<?, ?> || body instanceof Collection<?>) {
            return json(body);
        }
        if (body instanceof String text) {
            return text.getBytes(
                    StandardCharsets.UTF_8); // Camel would write it in the charset that its file or its caller had
        }
        String charset = ExchangeHelper.getCharsetName(exchange, false);
        if (charset != null && !charset.equalsIgnoreCase(StandardCharsets.UTF_8.name())) {
            String text = text(message);
            if (text != null) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        byte[] converted = converted(message);
        return converted != null ? converted : json(body);
    }

    /**
     * Chat JSON with a model: one that names none leaves the choice to the policy.
     *
     * @return the same bytes, or with {@code "model":"auto"} as their first field
     */
    static byte[] withModel(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return body;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals("model")) {
                    return body;
                }
                parser.nextToken();
                parser.skipChildren();
            }
        } catch (IOException e) {
            return body; // who reads it says what is wrong
        }
        int first = 0;
        while (body[first] != '{') {
            first++;
        }
        byte[] named = new byte[body.length + AUTO.length];
        System.arraycopy(body, 0, named, 0, first + 1);
        System.arraycopy(AUTO, 0, named, first + 1, AUTO.length);
        System.arraycopy(body, first + 1, named, first + 1 + AUTO.length, body.length - first - 1);
        return named;
    }

    private static @Nullable String text(Message message) {
        try {
            return message.getBody(String.class);
        } catch (org.apache.camel.TypeConversionException e) {
            return null;
        }
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
