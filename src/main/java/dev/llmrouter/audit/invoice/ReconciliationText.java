package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Writes a reconciliation for people. */
public final class ReconciliationText {
    private ReconciliationText() {}

    /** Lines, each with its end. */
    public static String write(Reconciliation reconciliation) {
        StringBuilder text = new StringBuilder();
        text.append(reconciliation.providers().size() == 1 ? "Provider " : "Providers ")
                .append(String.join(", ", reconciliation.providers()))
                .append(", ")
                .append(reconciliation.from())
                .append(" to ")
                .append(reconciliation.to())
                .append(" (")
                .append(reconciliation.zone())
                .append("), ")
                .append(daysAndModels(reconciliation.compared()))
                .append(", tolerance ")
                .append(reconciliation.tolerancePercent().toPlainString())
                .append(" %\n");
        line(text, "  ledger:  ", reconciliation.ledger());
        line(text, "  invoice: ", reconciliation.invoice());
        for (Difference each : reconciliation.differences()) {
            text.append('\n')
                    .append(each.at().day())
                    .append("  ")
                    .append(each.at().model())
                    .append("  differs in ")
                    .append(String.join(", ", each.fields()))
                    .append('\n');
            line(text, "  ledger:  ", each.ledger());
            line(text, "  invoice: ", each.invoice());
            each.causes().forEach(cause -> text.append("  > ").append(cause).append(".\n"));
        }
        text.append('\n');
        addNotCompared(text, reconciliation);
        text.append(
                        reconciliation.differences().isEmpty()
                                ? reconciliation.notCompared().isEmpty()
                                        ? "The ledger and the invoice agree."
                                        : "The ledger and the invoice agree in what was compared."
                                : "The ledger and the invoice differ on "
                                        + daysAndModels(
                                                reconciliation.differences().size())
                                        + ".")
                .append('\n');
        return text.toString();
    }

    private static String daysAndModels(long number) {
        return number == 1 ? "1 day and model" : number + " days and models";
    }

    private static void addNotCompared(StringBuilder text, Reconciliation reconciliation) {
        if (reconciliation.spooled() > 0) {
            text.append(
                    reconciliation.spooled() == 1
                            ? "1 entry waits in the spool for its database and is not in these figures.\n"
                            : reconciliation.spooled()
                                    + " entries wait in the spool for their database and are not in these figures.\n");
        }
        if (!reconciliation.notCompared().isEmpty()) {
            text.append("Not compared, as the export does not tell it: ")
                    .append(String.join(", ", reconciliation.notCompared()))
                    .append(".\n");
            if (!reconciliation.unused().isEmpty()) {
                text.append("Columns not used: ")
                        .append(String.join(", ", reconciliation.unused()))
                        .append(". If they tell it, name them: --requests-column, --input-column, --cached-column,"
                                + " --output-column, --cost-column.\n");
            }
        }
    }

    private static void line(StringBuilder text, String start, Billed billed) {
        BigDecimal cost = billed.costUsd();
        text.append(start)
                .append(known(billed.requests()))
                .append(" requests, input ")
                .append(known(billed.inputTokens()))
                .append(" (cached ")
                .append(known(billed.cachedInputTokens()))
                .append("), output ")
                .append(known(billed.outputTokens()))
                .append(" tokens, ")
                .append(cost == null ? "?" : cost.toPlainString())
                .append(" USD");
        if (billed.unknownCosts() > 0) {
            text.append(", ").append(billed.unknownCosts()).append(" calls of unknown cost");
        }
        text.append('\n');
    }

    private static String known(@Nullable Long number) {
        return number == null ? "?" : number.toString();
    }
}
