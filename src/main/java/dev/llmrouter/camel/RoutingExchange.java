package dev.llmrouter.camel;

import dev.llmrouter.route.Stage;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Where an exchange carries how far its request has come: in one property, which nothing from outside can set. */
public final class RoutingExchange {
    private static final String STAGE = "CamelLlmRouterStage";
    private static final String INPUT = "CamelLlmRouterInput";
    private static final String CAUGHT_BEFORE = "CamelLlmRouterCaughtBefore";

    private RoutingExchange() {}

    /** Nothing is known of a request that comes next: what is left of one before it on the same exchange is not its own. */
    public static void forget(Exchange exchange) {
        exchange.removeProperty(STAGE);
        exchange.removeProperty(INPUT);
        exchange.removeProperty(LlmRouterConstants.COLLECT);
        exchange.removeProperty(LlmRouterConstants.COLLECT_STREAM);
        DecisionHeaders.forget(exchange.getMessage());
    }

    /**
     * The request begins: what the exchange has caught so far is none of its failures.
     *
     * @param input the body, which a failure puts back
     */
    static void begin(Exchange exchange, Stage stage, Object input) {
        exchange.setProperty(INPUT, input);
        exchange.setProperty(CAUGHT_BEFORE, exchange.getProperty(Exchange.EXCEPTION_CAUGHT));
        exchange.setProperty(STAGE, stage);
    }

    static void put(Exchange exchange, Stage stage) {
        exchange.setProperty(STAGE, stage);
    }

    /** How far the request has come; null if it has not been received. */
    public static @Nullable Stage stageOrNull(Exchange exchange) {
        return (Stage) exchange.getProperty(STAGE);
    }

    /** How far the request has come. @throws IllegalStateException if it has not been received */
    public static Stage stage(Exchange exchange) {
        return of(exchange, Stage.class, "received (process ref=llmReceiver)");
    }

    /** @param step what makes a stage of that type, for the message */
    static <S extends Stage> S of(Exchange exchange, Class<S> type, String step) {
        Object stage = exchange.getProperty(STAGE);
        if (!type.isInstance(stage)) {
            throw new IllegalStateException("this exchange was not " + step + " before this step");
        }
        return type.cast(stage);
    }

    /** What this request failed with; null if it did not. */
    static @Nullable Throwable failureOf(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == exchange.getProperty(CAUGHT_BEFORE) ? null : caught;
    }

    /** The message gets the body back that it came with; a stream, which has been read, as bytes. */
    static void restoreInput(Exchange exchange) {
        exchange.getMessage().setBody(exchange.getProperty(INPUT));
    }

    /** The request fails: the message gets its body back, for redelivery and dead letters, and headers that say what is known. */
    static void failed(Exchange exchange) {
        exchange.removeProperty(LlmRouterConstants.CALL);
        exchange.removeProperty(LlmRouterConstants.PROVIDER_CALL);
        restoreInput(exchange);
        DecisionHeaders.set(exchange, stage(exchange));
    }
}
