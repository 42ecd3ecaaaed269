package dev.llmrouter.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.llmrouter.chat.Dialect;
import java.io.IOException;

/** Tells a chat request from other text, where nobody says what a body is. */
final class BodyShape {
    private static final JsonFactory JSON = new JsonFactory();

    private BodyShape() {}

    /** OpenAI's for a JSON object with a list of {@code messages}; text for anything else, other JSON included. */
    static Dialect.Name dialectOf(byte[] body) {
        return firstVisible(body) == '{' && hasMessages(body) ? Dialect.Name.OPENAI : Dialect.Name.TEXT;
    }

    private static int firstVisible(byte[] body) {
        for (byte each : body) {
            if (each > ' ') {
                return each;
            }
        }
        return -1;
    }

    private static boolean hasMessages(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean messages = "messages".equals(parser.currentName());
                JsonToken value = parser.nextToken();
                if (messages) {
                    return value == JsonToken.START_ARRAY;
                }
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            // a body that breaks off is text to us; a chat request that does shows its messages before that
            return false;
        }
    }
}
