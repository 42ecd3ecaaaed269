package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.policy.Price;
import java.util.function.BiPredicate;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a batch to a request, which goes through the route with it: who answered is settled, all else is as with any request.
 * One that failed was paid for as well: it is an attempt of the request, and either the last one or followed by calls.
 *
 * @param requestId of the request, the same whenever it comes again: the record of its last try has it, and with it the answer of the batch
 * @param tier that the request was decided for when it was put into the batch
 * @param model that answered, by its name in the policy
 * @param price of the batch when it was ordered; null if that is not known, then the policy's
 * @param batch the provider's id of the batch
 * @param reply null if it failed
 * @param failure why there is no reply, with what it used; null if there is one
 * @param asksOthers whether others are called where it failed
 */
public record BatchAnswer(
        String requestId,
        String tier,
        String model,
        @Nullable Price price,
        String batch,
        @Nullable ChatReply reply,
        @Nullable ProviderException failure,
        boolean asksOthers) {
    private static final String PROPERTY = "CamelLlmRouterBatchAnswer";
    private static final String AGAIN = "CamelLlmRouterBatchAnswerComesAgain";

    public BatchAnswer {
        if ((reply == null) == (failure == null)) {
            throw new IllegalArgumentException("a batch either answered or failed");
        }
    }

    /** Whether it decides who answers; if not, the request is decided and called as ever. */
    public boolean isLast() {
        return failure == null || !asksOthers;
    }

    /** The answer that this exchange brings; null if there is none. */
    public static @Nullable BatchAnswer of(Exchange exchange) {
        return (BatchAnswer) exchange.getProperty(PROPERTY);
    }

    /** @param comesAgain whether the request comes again with it, after what a try of it failed with */
    public static void put(Exchange exchange, BatchAnswer answer, BiPredicate<Exchange, Throwable> comesAgain) {
        exchange.setProperty(PROPERTY, answer);
        exchange.setProperty(AGAIN, comesAgain);
    }

    /** A provider is to be asked. */
    public static void remove(Exchange exchange) {
        exchange.removeProperty(PROPERTY);
        exchange.removeProperty(AGAIN);
    }

    /**
     * Whether a request comes again with its answer of a batch, which is booked by the last of its tries.
     *
     * @param failure of a try; null if it did not fail
     */
    @SuppressWarnings("unchecked")
    static boolean comesAgain(Exchange exchange, @Nullable Throwable failure) {
        Object again = exchange.getProperty(AGAIN);
        return failure != null && again != null && ((BiPredicate<Exchange, Throwable>) again).test(exchange, failure);
    }
}
