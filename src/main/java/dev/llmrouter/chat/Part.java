package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A piece of a message. */
public sealed interface Part {
    /**
     * Plain text.
     *
     * @param cacheControl asks Anthropic to cache the prompt up to here, as clients of other dialects write it too; null if not
     *     given
     */
    record Text(String text, @Nullable JsonNode cacheControl) implements Part {
        public Text(String text) {
            this(text, null);
        }
    }

    /** Text as numbers of a tokenizer, which are in the request's body. @param count at least 1 */
    record Tokens(int count) implements Part {}

    /**
     * An image. Never fetched: a URL is passed on as it is.
     *
     * @param url where it lies; null if the data is here
     * @param mediaType of the data, as "image/png"; null with a URL
     * @param base64 the data; null with a URL
     * @param detail OpenAI's {@code detail}; null if not given
     * @param cacheControl as of a text
     */
    record Image(
            @Nullable String url,
            @Nullable String mediaType,
            @Nullable String base64,
            @Nullable String detail,
            @Nullable JsonNode cacheControl)
            implements Part {
        public Image(
                @Nullable String url, @Nullable String mediaType, @Nullable String base64, @Nullable String detail) {
            this(url, mediaType, base64, detail, null);
        }
    }

    /**
     * Sound. Either data or a URL, which some providers of OpenAI's format fetch.
     *
     * @param format "wav", "mp3"
     */
    record Audio(
            String format,
            @Nullable String base64,
            @Nullable String url) implements Part {}

    /**
     * A document (PDF, say). Either data with its type, or a URL, or an id of a file at the provider.
     *
     * @param cacheControl as of a text
     */
    record Document(
            @Nullable String name,
            @Nullable String mediaType,
            @Nullable String base64,
            @Nullable String url,
            @Nullable String fileId,
            @Nullable JsonNode cacheControl)
            implements Part {
        public Document(
                @Nullable String name,
                @Nullable String mediaType,
                @Nullable String base64,
                @Nullable String url,
                @Nullable String fileId) {
            this(name, mediaType, base64, url, fileId, null);
        }
    }

    /** The model asks for a tool. @param arguments JSON text, as the model wrote it (may be invalid JSON) */
    record ToolCall(String id, String name, String arguments) implements Part {
        /** The arguments as an object, an empty one where the model wrote none; null if they are anything else. */
        public @Nullable ObjectNode input() {
            String text = arguments.strip();
            return text.isEmpty() || text.equals("null") ? Json.object() : Json.objectOrNull(text);
        }

        /** Whether the arguments are the beginning of an object. */
        boolean isUnfinished() {
            String text = arguments.strip();
            return text.startsWith("{") && Json.breaksOff(text);
        }
    }

    /** What a tool answered. */
    record ToolResult(String toolCallId, java.util.List<Part> content, boolean isError) implements Part {
        public ToolResult {
            content = java.util.List.copyOf(content);
        }
    }

    /** The model's thoughts, where the provider gives them. @param signature the provider's proof that they are its own; null if none */
    record Reasoning(String text, @Nullable String signature) implements Part {}

    /** The model declines. */
    record Refusal(String text) implements Part {}

    /** A piece that only its own dialect knows, kept as it came. */
    record Opaque(Dialect.Name dialect, JsonNode json) implements Part {
        /**
         * What it holds besides text, as its {@code type} says, such as an image that was uploaded before: {@code image}, {@code audio} or
         * {@code document}; null where that is not known. Source: the types of the three APIs, 2026-07.
         */
        public @Nullable String modality() {
            return switch (json.path("type").asText()) {
                case "image",
                        "input_image",
                        "image_url",
                        "computer_call_output",
                        "computer_screenshot",
                        "image_generation_call" -> "image";
                case "audio", "input_audio" -> "audio";
                case "document", "input_file", "file", "container_upload" -> "document";
                default -> null;
            };
        }
    }
}
