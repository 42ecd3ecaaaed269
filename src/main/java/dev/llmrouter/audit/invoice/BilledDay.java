package dev.llmrouter.audit.invoice;

import java.time.LocalDate;
import java.util.Comparator;

/** A day and a model, as the ledger calls it. */
public record BilledDay(LocalDate day, String model) implements Comparable<BilledDay> {
    private static final Comparator<BilledDay> ORDER =
            Comparator.comparing(BilledDay::day).thenComparing(BilledDay::model);

    @Override
    public int compareTo(BilledDay other) {
        return ORDER.compare(this, other);
    }
}
