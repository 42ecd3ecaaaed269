package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Dispatch;
import dev.llmrouter.route.Stage;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tries of a line cost.
 *
 * @param knownUsd of those whose cost is known, in USD
 * @param isWhole whether that is all of them
 */
record LineCost(BigDecimal knownUsd, boolean isWhole) {
    static final LineCost NOTHING = new LineCost(BigDecimal.ZERO, true);

    /** In all, in USD; null if it is not known. */
    static final String FIELD = "cost_usd";

    /** The part that is known, in USD, where that is not all. */
    static final String KNOWN_FIELD = "known_cost_usd";

    /** As it stands in a result or an error. @param all null if the whole is not known @param known null where it is, or nothing is known */
    static LineCost of(@Nullable BigDecimal all, @Nullable BigDecimal known) {
        return all != null ? new LineCost(all, true) : new LineCost(known == null ? BigDecimal.ZERO : known, false);
    }

    /** With another try. @param usd null if its cost is not known */
    LineCost plus(@Nullable BigDecimal usd) {
        return usd == null ? new LineCost(knownUsd, false) : new LineCost(knownUsd.add(usd), isWhole);
    }

    /**
     * With all calls of another try, those to name the task and to check the output included.
     *
     * @param besideBatch whether what a batch answered is left out, because it comes again
     */
    LineCost plus(Stage stage, boolean besideBatch) {
        LineCost sum = this;
        for (Attempt call : stage.classifierCalls()) {
            sum = sum.plus(call.costUsd());
        }
        for (Attempt call : stage.checkCalls()) {
            sum = sum.plus(call.costUsd());
        }
        Dispatch asked = stage.dispatch();
        for (Attempt call : asked == null ? List.<Attempt>of() : asked.attempts()) {
            sum = besideBatch && call.isOfBatch() ? sum : sum.plus(call.costUsd());
        }
        return sum;
    }

    /** Whether nothing has come to another's. */
    boolean isSame(LineCost other) {
        return isWhole == other.isWhole && knownUsd.compareTo(other.knownUsd) == 0;
    }

    void write(ObjectNode json) {
        json.put(FIELD, isWhole ? plain() : null);
        if (!isWhole && knownUsd.signum() > 0) {
            json.put(KNOWN_FIELD, plain());
        }
    }

    private BigDecimal plain() {
        return knownUsd.signum() == 0 ? BigDecimal.ZERO : knownUsd.stripTrailingZeros();
    }
}
