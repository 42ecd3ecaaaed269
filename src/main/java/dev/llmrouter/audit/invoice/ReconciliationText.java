package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Writes a reconciliation for people. */
public final class ReconciliationText {
    private ReconciliationText() {}

    /** Lines, each with its end. */
    public static String write(Reconciliation reconciliation) {
        StringBuilder text = new StringBuilder();
        text.append("Provider ")
                .append(reconciliation.provider())
                .append(", ")
                .append(reconciliation.from())
                .append(" to ")
                .append(reconciliation.to())
                .append(" (")
                .append(reconciliation.zone())
                .append("), ")
                .append(reconciliation.compared())
                .append(" days and models, tolerance ")
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
        text.append('\n')
                .append(
                        reconciliation.differences().isEmpty()
                                ? "The ledger and the invoice agree."
                                : "The ledger and the invoice differ on "
                                        + reconciliation.differences().size() + " days and models.")
                .append('\n');
        return text.toString();
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
