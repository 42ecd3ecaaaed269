package dev.llmrouter.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/** Tells what a body is, where nobody says so. Reads it as a stream; a body that breaks off is what it was until then. */
public final class BodyShape {
    private static final JsonFactory JSON = new JsonFactory();

    /** Fields of a request that OpenAI's chat completions do not have, nor servers that speak like them. Source: Anthropic, Messages API. */
    private static final Set<String> OF_ANTHROPIC =
            Set.of("system", "stop_sequences", "mcp_servers", "context_management");

    /** Types of pieces of a message that OpenAI's chat completions do not have. Source: as before. */
    private static final Set<String> PIECES_OF_ANTHROPIC =
            Set.of("image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking", "search_result");

    private static final Set<String> ROLES_OF_OPENAI = Set.of("developer", "tool", "function");

    private BodyShape() {}

    /** OpenAI's for a JSON object with a list of {@code messages}; text for anything else, other JSON included. */
    public static Dialect.Name dialectOf(byte[] body) {
        return firstVisible(body) == '{' && hasMessages(body) ? Dialect.Name.OPENAI : Dialect.Name.TEXT;
    }

    /**
     * Whose a chat request is: Responses for an {@code input} in place of {@code messages}, Anthropic's where it has what only that has, else
     * OpenAI's. Where a request is good in both the two mean the same by it.
     */
    public static Dialect.Name chatOf(byte[] body) {
        Dialect.Name found = Dialect.Name.OPENAI;
        try (JsonParser parser = JSON.createParser(body)) {
            boolean hasMessages = false;
            boolean hasInput = false;
            boolean isOpenAi = false;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                JsonStreamContext at = parser.getParsingContext();
                String name = parser.currentName();
                if (token == JsonToken.FIELD_NAME && at.getParent().inRoot()) {
                    hasMessages |= "messages".equals(name);
                    hasInput |= "input".equals(name);
                    found = OF_ANTHROPIC.contains(name) ? Dialect.Name.ANTHROPIC : found;
                } else if (token == JsonToken.START_OBJECT
                        && "prompt".equals(name)
                        && at.getParent() != null
                        && at.getParent().getParent() != null
                        && at.getParent().getParent().inRoot()) {
                    hasInput = true; // a stored one; a text is what completions of old had
                } else if (token == JsonToken.VALUE_STRING && "role".equals(name) && isMessage(at)) {
                    isOpenAi |= ROLES_OF_OPENAI.contains(parser.getText())
                            || parser.getText().equals("system")
                                    && at.getParent().getCurrentIndex() == 0;
                } else if (token == JsonToken.FIELD_NAME && "input_schema".equals(name) && isItemOf("tools", at)) {
                    found = Dialect.Name.ANTHROPIC;
                } else if (token == JsonToken.VALUE_STRING
                        && "type".equals(name)
                        && isItemOf("content", at)
                        && PIECES_OF_ANTHROPIC.contains(parser.getText())) {
                    found = Dialect.Name.ANTHROPIC;
                }
            }
            return hasInput && !hasMessages ? Dialect.Name.RESPONSES : isOpenAi ? Dialect.Name.OPENAI : found;
        } catch (IOException e) {
            return found; // whoever parses it says what is wrong
        }
    }

    /** Whether an object stands in a list of this name. */
    private static boolean isItemOf(String list, JsonStreamContext object) {
        JsonStreamContext array = object.getParent();
        return array != null
                && array.inArray()
                && array.getParent() != null
                && list.equals(array.getParent().getCurrentName());
    }

    private static boolean isMessage(JsonStreamContext object) {
        return isItemOf("messages", object)
                && object.getParent().getParent().getParent() != null
                && object.getParent().getParent().getParent().inRoot();
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
