package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/** The bytes of a message's body, whatever a route holds it in. */
final class RequestBody {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Writes objects of the route's own; made when there is one. */
    private static final class OfRoute {
        /** Times as ISO 8601, also without Jackson's module for them; with what modules the application brings. */
        static final ObjectMapper JSON = JsonMapper.builder()
                .addModule(new SimpleModule()
                        .addSerializer(TemporalAccessor.class, new ToStringSerializer(TemporalAccessor.class)))
                .findAndAddModules()
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
    }

    private static final byte[] AUTO = "\"model\":\"auto\",".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NULL = "null".getBytes(StandardCharsets.UTF_8);
    private static final byte[] QUOTED_AUTO = "\"auto\"".getBytes(StandardCharsets.UTF_8);

    private RequestBody() {}

    /**
     * Text, bytes, streams and files as Camel's type converters read them, a {@code Path} likewise; a {@code JsonNode}, map, list or any object of the
     * route's own as JSON. Bytes that are
     * no UTF-8 are read in the charset that the exchange names ({@link Exchange#CHARSET_NAME}).
     *
     * @return in UTF-8; empty for no body
     * @throws BadRequestException if the body can be turned into neither text nor JSON, or is a file that cannot be read
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
        if (body instanceof CharSequence text) {
            return text.toString()
                    .getBytes(
                            StandardCharsets
                                    .UTF_8); // Camel would write it in the charset that its file or its caller had
        }
        if (body instanceof Reader) {
            String text = message.getBody(String.class);
            return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        }
        Path file = file(body);
        if (file != null) {
            return inUtf8(exchange, read(file));
        }
        byte[] bytes = body instanceof byte[] own ? own : converted(message);
        if (bytes == null && (body instanceof WrappedFile<?> || body instanceof InputStream)) {
            // as JSON it would be its path, or whatever else the object says of itself
            throw unreadable("a " + body.getClass().getName() + " whose content cannot be read");
        }
        return bytes == null ? json(body) : inUtf8(exchange, bytes);
    }

    /** Where its content is, if it lies in a file of this machine; null for one that is held, or that lies elsewhere. */
    private static @Nullable Path file(Object body) {
        Object content = body;
        if (body instanceof WrappedFile<?> wrapped) {
            content = wrapped.getBody() == null ? wrapped.getFile() : wrapped.getBody();
        }
        return content instanceof File file ? file.toPath() : content instanceof Path path ? path : null;
    }

    private static byte[] read(Path file) throws BadRequestException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            String why = Files.isDirectory(file)
                    ? "is a folder"
                    : Files.notExists(file)
                            ? "is not there"
                            : "cannot be read (" + e.getClass().getSimpleName() + ")";
            throw unreadable("the file '" + file + "', which " + why);
        }
    }

    private static BadRequestException unreadable(String what) {
        return new BadRequestException(ChatError.of(
                ChatError.Kind.INVALID_REQUEST, 400, "The body is " + what + ". Nothing was sent to a model."));
    }

    /**
     * A body that can be read but once, a stream that nobody has cached or a reader, becomes what is read of it, so that whoever comes
     * next finds it. Any other stays.
     */
    static void keep(Exchange exchange) {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        if (body instanceof StreamCache) {
            return;
        }
        if (body instanceof InputStream) {
            message.setBody(message.getBody(byte[].class));
        } else if (body instanceof Reader) {
            message.setBody(message.getBody(String.class));
        }
    }

    /** A stream that Camel has cached can be read from its beginning again. */
    static void rewind(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof StreamCache cache) {
            cache.reset();
        }
    }

    /** Bytes that are UTF-8 stay, whatever the exchange says: a data format may have written them since. */
    private static byte[] inUtf8(Exchange exchange, byte[] bytes) {
        String charset = ExchangeHelper.getCharsetName(exchange, false);
        if (charset == null || isUtf8(bytes)) {
            return bytes;
        }
        try {
            return new String(bytes, Charset.forName(charset)).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return bytes; // no charset that is known here: who reads them says that they are not UTF-8
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString()
                            .indexOf(0)
                    < 0;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /**
     * Chat JSON with a model: one that names none, or null, as an object does whose field is not set, leaves the choice to the policy.
     *
     * @return the same bytes, or with {@code "model":"auto"} as their first field or in the place of the null
     */
    static byte[] withModel(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return body;
            }
            if (parser.nextToken() == JsonToken.END_OBJECT) {
                return body;
            }
            for (; parser.currentToken() == JsonToken.FIELD_NAME; parser.nextToken()) {
                boolean isModel = parser.currentName().equals("model");
                JsonToken value = parser.nextToken();
                if (isModel && value == JsonToken.VALUE_NULL) {
                    return withAuto(body, (int) parser.currentTokenLocation().getByteOffset());
                }
                if (isModel) {
                    return body;
                }
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

    /** @param at where the null is; the body stays as it is where it is not in UTF-8, and no null is there */
    private static byte[] withAuto(byte[] body, int at) {
        int end = at + NULL.length;
        if (at < 0 || end > body.length || !Arrays.equals(body, at, end, NULL, 0, NULL.length)) {
            return body;
        }
        byte[] named = new byte[body.length - NULL.length + QUOTED_AUTO.length];
        System.arraycopy(body, 0, named, 0, at);
        System.arraycopy(QUOTED_AUTO, 0, named, at, QUOTED_AUTO.length);
        System.arraycopy(body, end, named, at + QUOTED_AUTO.length, body.length - end);
        return named;
    }

    /**
     * The body becomes text as bytes in UTF-8. What the exchange says of the charset of the body that it had
     * ({@link Exchange#CHARSET_NAME}, of a file, say) would have Camel read these in that one.
     */
    static void setUtf8(Exchange exchange, byte[] utf8) {
        Message message = exchange.getMessage();
        message.removeHeader(Exchange.CHARSET_NAME);
        if (exchange.getProperty(Exchange.CHARSET_NAME) != null) {
            exchange.setProperty(Exchange.CHARSET_NAME, StandardCharsets.UTF_8.name());
        }
        message.setBody(utf8);
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
            return OfRoute.JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new BadRequestException(ChatError.of(
                    ChatError.Kind.INVALID_REQUEST,
                    400,
                    "The body is a " + body.getClass().getName()
                            + ", which is neither text nor writable as JSON (" + reason(e)
                            + "). Convert it before, or send text."));
        }
    }

    /** Jackson's words where they are about types; those of an object that fails while it is read may quote what it holds. */
    private static String reason(JsonProcessingException e) {
        return e instanceof InvalidDefinitionException
                ? e.getOriginalMessage()
                : e.getClass().getSimpleName();
    }
}
