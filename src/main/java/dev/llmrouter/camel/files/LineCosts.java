package dev.llmrouter.camel.files;

import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.RoutingExchange;
import dev.llmrouter.route.Stage;
import java.math.BigDecimal;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What the lines of a file cost in USD: every line all of its tries, those of earlier runs too. Memory holds a number only for lines
 * that were left with a cost. For one thread at a time.
 */
final class LineCosts {
    private final Map<Integer, LineCost> left = new HashMap<>();
    private final BitSet unknown = new BitSet();
    private BigDecimal usd = BigDecimal.ZERO;

    /** A line was left by an earlier run, to be asked again. */
    void left(int line, LineCost cost) {
        done(line, cost);
        if (!cost.equals(LineCost.NOTHING)) {
            left.put(line, cost);
        }
    }

    /** A line has its result or error. @param cost of all its tries, what it was left with included */
    void done(int line, LineCost cost) {
        usd = usd.add(cost.knownUsd()).subtract(before(line).knownUsd());
        left.remove(line);
        if (!cost.isWhole()) {
            unknown.set(line);
        }
    }

    /** What a line was left with by earlier runs. */
    LineCost before(int line) {
        return left.getOrDefault(line, LineCost.NOTHING);
    }

    /** Of all lines, as far as it is known. */
    BigDecimal usd() {
        return usd;
    }

    /** Lines with a try of which it is not known. */
    int unknown() {
        return unknown.cardinality();
    }

    /**
     * What the try that an exchange carries has cost; null if it is not known.
     *
     * @param unseen where nothing of it was seen, because it failed before anybody was asked, or a route of the user's own answered
     */
    static @Nullable BigDecimal ofTry(Exchange exchange, @Nullable BigDecimal unseen) {
        Stage stage = RoutingExchange.stageOrNull(exchange);
        if (stage != null) {
            return stage.costUsd();
        }
        BigDecimal told = exchange.getMessage().getHeader(LlmRouterConstants.COST_USD, BigDecimal.class);
        return told == null ? unseen : told;
    }
}
