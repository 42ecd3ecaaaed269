package dev.llmrouter.camel.files;

import java.math.BigDecimal;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

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
}
