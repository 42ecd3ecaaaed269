package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.Moments;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** One destination, or all together, day by day; index 0 is the last 24 hours. */
final class DestinationDays {
    private final DriftSettings settings;
    private final DaySums[][] rows;

    /** @param all rows of any destination and any age; too old ones are left out */
    DestinationDays(List<DaySums> all, DriftSettings settings) {
        this.settings = settings;
        this.rows = new DaySums[settings.days()][];
        for (int day = 0; day < settings.days(); day++) {
            int wanted = day;
            rows[day] = all.stream().filter(row -> row.daysAgo() == wanted).toArray(DaySums[]::new);
        }
    }

    /** Every row of both windows. */
    List<DaySums> all() {
        return Arrays.stream(rows).flatMap(Arrays::stream).toList();
    }

    long[] counts(ToLongFunction<DaySums> of) {
        long[] counts = new long[rows.length];
        for (int day = 0; day < rows.length; day++) {
            for (DaySums row : rows[day]) {
                counts[day] += of.applyAsLong(row);
            }
        }
        return counts;
    }

    Moments[] moments(Function<DaySums, Moments> of) {
        Moments[] moments = new Moments[rows.length];
        for (int day = 0; day < rows.length; day++) {
            moments[day] = Arrays.stream(rows[day]).map(of).reduce(Moments.NONE, Moments::plus);
        }
        return moments;
    }

    /** A sum over the latest window, or over the reference. */
    double total(boolean isLatest, ToDoubleFunction<DaySums> of) {
        double total = 0;
        for (int day = isLatest ? 0 : settings.latestDays();
                day < (isLatest ? settings.latestDays() : settings.days());
                day++) {
            for (DaySums row : rows[day]) {
                total += of.applyAsDouble(row);
            }
        }
        return total;
    }
}
