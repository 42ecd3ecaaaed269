package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fields of requests that change what is asked, or what is answered, in any of the dialects that callers speak. What is asked itself
 * ({@code messages}, {@code input}) is none of them, nor what concerns only how an answer is sent, kept, billed or traced.
 */
public final class SettingFields {
    /** What is asked, and what of the translated fields changes no answer. */
    private static final Set<String> NONE = Set.of(
            "messages", "input", "stream", "stream_options", "user", "metadata", "store", "background", "include");

    /** Fields that no dialect translates into another one's, and that change the answer all the same. */
    private static final Set<String> UNTRANSLATED = Set.of(
            "logit_bias",
            "verbosity",
            "modalities",
            "web_search_options",
            "mcp_servers",
            "dimensions",
            "encoding_format",
            "min_p",
            "repetition_penalty");

    /** Such fields that are objects. A text or a number of that name is no setting: somebody has a column that is called so. */
    private static final Set<String> OBJECTS =
            Set.of("audio", "container", "conversation", "moderation", "prompt", "reasoning", "text", "thinking");

    /** Such fields that are lists; a text of that name is a column. */
    private static final Set<String> LISTS = Set.of("functions", "tools");

    private static final Set<String> SETTINGS = Stream.of(
                    Portability.OPENAI_SAID, Portability.ANTHROPIC_SAID, ResponsesFields.SAID, ResponsesNative.states())
            .flatMap(Collection::stream)
            .filter(name -> !NONE.contains(name) && !OBJECTS.contains(name))
            .collect(Collectors.toUnmodifiableSet());

    private SettingFields() {}

    /**
     * Whether the field is a setting. {@code null}, an empty text and an empty list are none, as in tables written as JSON.
     *
     * @param name of the field, at the top of a request
     */
    public static boolean isSetting(String name, JsonNode value) {
        boolean isEmpty = value.isNull()
                || value.isTextual() && value.textValue().isBlank()
                || value.isArray() && value.isEmpty()
                || value.isTextual() && LISTS.contains(name);
        return !isEmpty
                && (SETTINGS.contains(name)
                        || UNTRANSLATED.contains(name)
                        || value.isObject() && OBJECTS.contains(name));
    }
}
