package dev.llmrouter.route;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What task a request is, asked of somebody outside. However it ends, the request goes on: what is not answered in time,
 * rightly and surely enough is not recognised.
 *
 * <p>If {@link #call} is not null it is to be made, and its end told once, by one of {@link #answered}, {@link #failed} and
 * {@link #tooLate}; otherwise {@link #settled} has the result. Not safe for use by many threads at once.
 */
public sealed interface ClassifierQuestion permits TaskQuestion, VectorQuestion {
    /** The call to make; null if none is needed. */
    @Nullable
    ProviderCall call();

    /** Who makes the call; null for the client of the candidate's provider. */
    default @Nullable ProviderClient client() {
        return null;
    }

    /** How long to wait for the answer at most. */
    Duration timeout();

    /** The result where no call is made; null where one is. */
    @Nullable
    Classified settled();

    /** Stops the call when the caller goes away. @return to be run when the call is over */
    Runnable stopWithCaller();

    /** The answer has come. */
    Classified answered(ChatReply reply);

    /** The call has failed. */
    Classified failed(ProviderException failure);

    /** There is no answer in time. Stops the call. */
    Classified tooLate();
}
