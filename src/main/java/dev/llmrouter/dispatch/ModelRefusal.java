package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Whether a 403 or 404 is about the model or its key, or about something that the request of one caller holds. */
final class ModelRefusal {
    /** What a request may name besides the model, as words of a provider's code. */
    private static final Set<String> THINGS = Set.of(
            "file",
            "files",
            "attachment",
            "response",
            "container",
            "vector",
            "thread",
            "assistant",
            "conversation",
            "prompt",
            "image",
            "skill");

    /** What servers write for no parameter. */
    private static final Set<String> NO_PARAM = Set.of("", "none", "null");

    private ModelRefusal() {}

    /**
     * True for all that is not known to be about the request: a model that is gone must not be asked for ever.
     *
     * @param error of kind {@code PERMISSION} or {@code NOT_FOUND}
     */
    static boolean isMeant(ChatError error) {
        String param = error.param() == null ? "" : error.param().toLowerCase(Locale.ROOT);
        if (!NO_PARAM.contains(param)) {
            return param.equals("model");
        }
        String code = error.code() == null ? "" : error.code().toLowerCase(Locale.ROOT);
        return error.kind() == ChatError.Kind.NOT_FOUND
                ? !isThingMissing(code, error.message())
                : !isAboutContent(code);
    }

    /** Only how the text begins counts, which is the provider's: what it quotes of a request comes later. */
    private static boolean isThingMissing(String code, String message) {
        String text = message.toLowerCase(Locale.ROOT);
        return Arrays.stream(code.split("[^a-z]+")).anyMatch(THINGS::contains)
                || text.startsWith("file not found:") // with a name; without one it is a wrong address
                || text.startsWith("file_id")
                || text.startsWith("no such file object");
    }

    private static boolean isAboutContent(String code) {
        return code.contains("moderation")
                || code.contains("flagged")
                || code.contains("content")
                || code.contains("safety");
    }
}
