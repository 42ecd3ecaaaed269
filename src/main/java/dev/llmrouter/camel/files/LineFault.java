package dev.llmrouter.camel.files;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatFailure;
import dev.llmrouter.decide.RefusedException;
import dev.llmrouter.route.OutputUnusableException;
import org.jspecify.annotations.Nullable;

/**
 * Why a line has no answer.
 *
 * @param type {@code bad_line}, {@code bad_request}, {@code refused}, {@code output_unusable}, {@code failed} or {@value #INTERNAL}
 * @param reason for people; quotes nothing of the line or the answer
 * @param passing whether waiting a while may help
 * @param again whether the line itself is good: it is asked again when its file comes again
 * @param isMissing whether the policy lacks what the line, or a batch of it, names
 */
record LineFault(String type, String reason, boolean passing, boolean again, boolean isMissing) {
    static final String INTERNAL = "internal";

    private static final String NOT_IN_POLICY = "model_not_found";
    private static final String NO_TASK = "task_not_found";

    private LineFault(String type, String reason, boolean passing, boolean again) {
        this(type, reason, passing, again, false);
    }

    /** A batch has not answered, and nobody else is to be asked. @param reason for people */
    static LineFault inBatch(String reason) {
        return new LineFault("failed", reason, false, true);
    }

    /** Camel wraps exceptions: ours is looked for among the causes. */
    static LineFault of(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 10; depth++, cause = cause.getCause()) {
            if (cause instanceof BadLineException bad) {
                return new LineFault("bad_line", "The line " + bad.getMessage() + ".", false, false);
            }
            if (cause instanceof UnansweredException unanswered) {
                return inBatch(String.valueOf(unanswered.getMessage()));
            }
            if (cause instanceof OutputUnusableException unusable) {
                return new LineFault("output_unusable", unusable.error().message(), false, false);
            }
            if (cause instanceof ChatFailure known) {
                return of(known);
            }
        }
        return new LineFault(
                INTERNAL,
                failure == null ? "The line was not answered." : "Internal error: the log says more.",
                false,
                true);
    }

    private static LineFault of(ChatFailure failure) {
        ChatError error = failure.error();
        String type = failure instanceof BadRequestException
                ? "bad_request"
                : failure instanceof RefusedException ? "refused" : "failed";
        if (failure instanceof RefusedException && NOT_IN_POLICY.equals(error.code()) || NO_TASK.equals(error.code())) {
            return new LineFault(type, error.message(), false, false, true); // the line names it, and it would again
        }
        return switch (error.kind()) {
            case RATE_LIMIT, TIMEOUT, OVERLOADED, SERVER -> new LineFault(type, error.message(), true, true);
            case AUTHENTICATION, PERMISSION, QUOTA, NOT_FOUND ->
                new LineFault(type, error.message(), false, true, error.kind() == ChatError.Kind.NOT_FOUND);
            case INVALID_REQUEST, CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE ->
                new LineFault(type, error.message(), false, false);
        };
    }
}
