package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.policy.Price;
import java.math.BigDecimal;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a batch to a request, which goes through the route with it: who answered is settled, all else is as with any request.
 * One that failed was paid for as well: it is an attempt of the request, and either the last one or followed by calls.
 *
 * @param requestId of the request, the same whenever it comes again; null where what was paid is booked already: then it is any request
 * @param tier that the request was decided for when it was put into the batch
 * @param model that answered, by its name in the policy
 * @param price of the batch when it was ordered; null if that is not known, then the policy's
 * @param batch the provider's id of the batch
 * @param reply null if it failed
 * @param failure why there is no reply, with what it used; null if there is one
 * @param asksOthers whether others are called where it failed
 */
public record BatchAnswer(
        @Nullable String requestId,
        String tier,
        String model,
        @Nullable Price price,
        String batch,
        @Nullable ChatReply reply,
        @Nullable ProviderException failure,
        boolean asksOthers) {
    private static final String PROPERTY = "CamelLlmRouterBatchAnswer";
    private static final Price FREE = new Price(
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            BigDecimal.ZERO,
            null,
            null,
            null,
            null);

    public BatchAnswer {
        if ((reply == null) == (failure == null)) {
            throw new IllegalArgumentException("a batch either answered or failed");
        }
    }

    /** Whether it decides who answers; if not, the request is decided and called as ever. */
    public boolean isLast() {
        return failure == null || !asksOthers;
    }

    /** The same answer for another try of its request: what was paid for it is booked, and costs nothing any more. */
    public BatchAnswer booked() {
        return new BatchAnswer(null, tier, model, FREE, batch, reply, failure, asksOthers);
    }

    /** Whether a request has booked what was paid for it. */
    public boolean isBooked() {
        return requestId == null;
    }

    /** What was paid for it, in USD; null if that is not known. */
    public @Nullable BigDecimal costUsd() {
        Usage usage = reply != null ? reply.usage() : failure == null ? null : failure.usage();
        return Cost.of(price, usage);
    }

    /** The answer that this exchange brings; null if there is none, or one that failed has been booked. */
    public static @Nullable BatchAnswer of(Exchange exchange) {
        return (BatchAnswer) exchange.getProperty(PROPERTY);
    }

    /** @param answer null for none: a provider is to be asked */
    public static void put(Exchange exchange, @Nullable BatchAnswer answer) {
        if (answer == null) {
            exchange.removeProperty(PROPERTY);
        } else {
            exchange.setProperty(PROPERTY, answer);
        }
    }
}
