package dev.llmrouter.audit.drift;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DaySums;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Compares quality with that of a quarter ago: what falls by a point a week is no change from one week to the next, as what it is
 * compared with falls as well.
 */
final class DeclineCollector {
    /** Days of each of the two windows: whole weeks. */
    static final int WINDOW = 28;

    /** Days between them. */
    static final int APART = 35;

    /** Days that both take, with those between. */
    static final int DAYS = 2 * WINDOW + APART;

    private final @Nullable RoutingPolicy policy;
    private final List<Series> series;

    DeclineCollector(@Nullable RoutingPolicy policy, List<Series> series) {
        this.policy = policy;
        this.series = series;
    }

    /** Adds a series for each destination of which there is enough in both windows. @param sums of any age */
    void collect(List<DaySums> sums) {
        Map<List<String>, List<DaySums>> destinations = new LinkedHashMap<>();
        for (DaySums row : sums) {
            if (row.daysAgo() < DAYS) {
                destinations
                        .computeIfAbsent(List.of(row.task(), row.tier()), key -> new ArrayList<>())
                        .add(row);
            }
        }
        destinations.forEach((key, rows) -> destination(new Subject(Kind.DECLINE, key.get(0), key.get(1)), rows));
    }

    private void destination(Subject subject, List<DaySums> rows) {
        Thresholds least = Thresholds.of(policy, String.valueOf(subject.task()));
        long[] requests = counts(rows, DaySums::requests);
        if (Shares.sum(requests, 0, WINDOW) < least.perWeek() * WINDOW / 7) {
            return;
        }
        List<Series> found = new ArrayList<>();
        for (Measure measure : Measure.of(rows)) {
            long[] judged = counts(rows, measure.of());
            if (isEnough(judged, 0) && isEnough(judged, WINDOW)) {
                WindowChange change = Shares.compare(counts(rows, measure.hits()), judged, WINDOW);
                WindowChange dated = new WindowChange(
                        change.before(),
                        change.after(),
                        change.change(),
                        change.p(),
                        since(rows, measure),
                        change.noise());
                found.add(new Series(subject, dated, -1, least.qualityDrop(), measure));
            }
        }
        Series worst = Measure.worst(found);
        if (worst != null) {
            series.add(worst);
        }
    }

    /** The day that splits the whole quarter best; it began after the window of then. */
    private static int since(List<DaySums> rows, Measure measure) {
        long[] useful = new long[DAYS];
        long[] judged = new long[DAYS];
        for (DaySums row : rows) {
            useful[row.daysAgo()] += measure.hits().applyAsLong(row);
            judged[row.daysAgo()] += measure.of().applyAsLong(row);
        }
        return Math.min(WINDOW + APART, Shares.split(useful, judged));
    }

    private static boolean isEnough(long[] judged, int from) {
        int days = 0;
        for (int day = from; day < from + WINDOW; day++) {
            days += judged[day] > 0 ? 1 : 0;
        }
        return days >= SeriesCollector.FEW_DAYS && Shares.sum(judged, from, from + WINDOW) >= SeriesCollector.FEW;
    }

    /** By day, the window of now before that of then. */
    private static long[] counts(List<DaySums> rows, ToLongFunction<DaySums> of) {
        long[] counts = new long[2 * WINDOW];
        for (DaySums row : rows) {
            int day = row.daysAgo();
            if (day < WINDOW || day >= WINDOW + APART) {
                counts[day < WINDOW ? day : day - APART] += of.applyAsLong(row);
            }
        }
        return counts;
    }
}
