package dev.llmrouter.camel;

import dev.llmrouter.route.Stage;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.PooledExchange;
import org.jspecify.annotations.Nullable;

/** Where an exchange carries how far its request has come: in one property, which nothing from outside can set. */
public final class RoutingExchange {
    private static final String STAGE = "CamelLlmRouterStage";
    private static final String INPUT = "CamelLlmRouterInput";
    private static final String ANSWERED = "CamelLlmRouterAnswered";
    private static final String CAUGHT_BEFORE = "CamelLlmRouterCaughtBefore";
    private static final String LOOP_BEFORE = "CamelLlmRouterLoopBefore";
    private static final String ANSWERED_BEFORE = "CamelLlmRouterAnsweredBefore";

    /** Where the caller's own loop is; nulls where he has none. */
    private record Loop(@Nullable Object index, @Nullable Object size) {}

    /** A stream that came as the body, as what was read of it. @param utf8 text, whatever charset it came in */
    private record ReadStream(byte[] utf8) {}

    private RoutingExchange() {}

    /** Nothing is known of a request that comes next: what is left of one before it on the same exchange is not its own. */
    public static void forget(Exchange exchange) {
        exchange.removeProperty(STAGE);
        exchange.removeProperty(INPUT);
        exchange.removeProperty(LlmRouterConstants.COLLECT);
        exchange.removeProperty(LlmRouterConstants.COLLECT_STREAM);
        exchange.setProperty(
                LOOP_BEFORE,
                new Loop(exchange.getProperty(Exchange.LOOP_INDEX), exchange.getProperty(Exchange.LOOP_SIZE)));
        exchange.setProperty(
                ANSWERED_BEFORE,
                DecisionHeaders.of(exchange.getMessage(), exchange.getProperty(LlmRouterConstants.RESPONSE_HEADERS)));
        DecisionHeaders.forget(exchange.getMessage());
    }

    /** What the last request of this message left in its headers, before this one took it off; null for nothing. */
    static DecisionHeaders.@Nullable Answered answeredBefore(Exchange exchange) {
        return exchange.getProperty(ANSWERED_BEFORE, DecisionHeaders.Answered.class);
    }

    /** The loop of the router's routes is over: the caller's own one finds its index and size again. */
    static void giveLoopBack(Exchange exchange) {
        if (exchange.removeProperty(LOOP_BEFORE) instanceof Loop before) {
            exchange.setProperty(Exchange.LOOP_INDEX, before.index());
            exchange.setProperty(Exchange.LOOP_SIZE, before.size());
        }
    }

    /**
     * The request begins: what the exchange has caught so far is none of its failures.
     *
     * @param input the body, which a failure puts back
     * @param read the same in UTF-8, which stands in for a stream: that has been read
     */
    static void begin(Exchange exchange, Stage stage, Object input, byte[] read) {
        begin(exchange, stage, input instanceof InputStream ? new ReadStream(read) : input);
    }

    /** The same with a body that can be read once more. */
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

    /** The request has its answer on the message. */
    static void answered(Exchange exchange) {
        exchange.setProperty(ANSWERED, stage(exchange).received().id());
    }

    /**
     * What this request failed with; null if it did not. What a pooled exchange ({@code camel.main.exchange-factory}) has caught is not
     * enough to tell: the copy that a wire tap makes still has what an earlier request failed with.
     */
    static @Nullable Throwable failureOf(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Stage stage = stageOrNull(exchange);
        boolean isAnswered = exchange instanceof PooledExchange
                && stage != null
                && stage.received().id().equals(exchange.getProperty(ANSWERED));
        return isAnswered || caught == exchange.getProperty(CAUGHT_BEFORE) ? null : caught;
    }

    /** The message gets the body back that it came with; a stream, which has been read, as bytes. */
    static void restoreInput(Exchange exchange) {
        Object input = exchange.getProperty(INPUT);
        if (input instanceof ReadStream stream) {
            RequestBody.setUtf8(exchange, stream.utf8());
        } else {
            exchange.getMessage().setBody(input);
        }
    }

    /** The request fails: the message gets its body back, for redelivery and dead letters, and headers that say what is known. */
    static void failed(Exchange exchange) {
        exchange.removeProperty(LlmRouterConstants.CALL);
        exchange.removeProperty(LlmRouterConstants.PROVIDER_CALL);
        giveLoopBack(exchange);
        restoreInput(exchange);
        DecisionHeaders.set(exchange, stage(exchange));
    }
}
