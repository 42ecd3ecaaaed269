package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatReply;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a batch to a request, which goes through the route with it: who answered is settled, all else is as with any request.
 *
 * @param requestId of the request, the same whenever it comes again
 * @param tier that the request was decided for when it was put into the batch
 * @param model that answered, by its name in the policy
 * @param batch the provider's id of the batch
 */
public record BatchAnswer(String requestId, String tier, String model, String batch, ChatReply reply) {
    private static final String PROPERTY = "CamelLlmRouterBatchAnswer";

    /** The answer that this exchange brings; null if there is none. */
    static @Nullable BatchAnswer of(Exchange exchange) {
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
