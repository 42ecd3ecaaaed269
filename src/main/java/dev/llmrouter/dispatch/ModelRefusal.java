package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import java.util.Locale;
import java.util.Set;

/** Whether a 403 or 404 is about the model or its key, or about something that the request of one caller holds. */
final class ModelRefusal {
    /** Names of an error that say no more than its status does. Some are types: a provider without a code has only that. */
    private static final Set<String> NO_MORE_THAN_THE_STATUS =
            Set.of("", "404", "not_found", "notfounderror", "invalid_request_error", "api_error", "error");

    /** Anthropic's name for whatever is not there. */
    private static final String ANYTHING_MISSING = "not_found_error";

    private ModelRefusal() {}

    /**
     * True for all that is not known to be about the request: a model that is gone must not be asked for ever.
     *
     * @param error of kind {@code PERMISSION} or {@code NOT_FOUND}
     */
    static boolean isMeant(ChatError error) {
        String param = error.param();
        if (param != null && !param.isEmpty()) {
            return param.equals("model");
        }
        String code = error.code() == null ? "" : error.code().toLowerCase(Locale.ROOT);
        return error.kind() == ChatError.Kind.NOT_FOUND ? isModelMissing(code, error.message()) : !isAboutContent(code);
    }

    /** Only how the text begins counts, which is the provider's: what it quotes of a request comes later. */
    private static boolean isModelMissing(String code, String message) {
        if (code.equals(ANYTHING_MISSING)) {
            String text = message.toLowerCase(Locale.ROOT);
            return text.startsWith("model") || text.startsWith("the model");
        }
        return NO_MORE_THAN_THE_STATUS.contains(code) || code.contains("model") || code.contains("deployment");
    }

    private static boolean isAboutContent(String code) {
        return code.contains("moderation")
                || code.contains("flagged")
                || code.contains("content")
                || code.contains("safety");
    }
}
