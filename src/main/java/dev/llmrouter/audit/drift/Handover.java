package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.RouteChangeEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A day since which a tier serves other requests of a task than before: a route was opened or closed, evidence was accepted or expired, a policy
 * sends others. What a tier is left with then, such as what {@code premiumWhen} or a gate lifts, is harder and dearer, and no worse work.
 *
 * @param daysAgo days before which it was otherwise, from 1; of the day itself some requests are of before
 * @param sentence what changed, when
 * @param isMoved whether the tier's share of the task's requests moved by then; else the change may be a cause, and no more
 */
record Handover(int daysAgo, String sentence, boolean isMoved) {
    /** Factor from which the tier's share of the task's requests says that it serves others. Assumption. */
    private static final double MUCH = 1.5;

    /** Change of that share below which it says nothing. Assumption. */
    private static final double NOTABLE = 0.1;

    /** The same where a route was opened or closed at the time. Assumption. */
    private static final double NOTABLE_WITH_ROUTE = 0.05;

    /**
     * The latest within the time that is compared; null for none.
     *
     * @param sums of all destinations, of any age
     * @param routes openings and closings, the earliest first
     * @param days that are compared
     */
    static @Nullable Handover of(
            Subject subject, List<DaySums> sums, List<RouteChangeEntry> routes, int days, Instant now) {
        if (subject.task() == null) {
            return null;
        }
        long[] own = new long[days];
        long[] all = new long[days];
        for (DaySums row : sums) {
            if (row.daysAgo() < days && row.task().equals(subject.task())) {
                all[row.daysAgo()] += row.requests();
                own[row.daysAgo()] += row.tier().equals(subject.tier()) ? row.requests() : 0;
            }
        }
        List<Handover> found = new ArrayList<>();
        for (RouteChangeEntry change : routes) {
            int daysAgo = daysAgo(change, now);
            if (change.task().equals(subject.task()) && daysAgo < days && isOnBothSides(own, daysAgo)) {
                boolean isMoved = moved(own, all, daysAgo);
                found.add(new Handover(daysAgo, sentence(subject, change, now, isMoved), isMoved));
            }
        }
        Handover moved = moved(subject, own, all, now);
        if (found.isEmpty()) {
            return moved;
        }
        Handover last = found.stream()
                .filter(Handover::isMoved)
                .reduce((one, later) -> later)
                .orElse(found.get(found.size() - 1));
        if (moved != null && !last.isMoved) {
            return new Handover(moved.daysAgo, last.sentence + " " + moved.sentence, true);
        }
        return moved == null || moved.daysAgo >= last.daysAgo - 1
                ? last
                : new Handover(moved.daysAgo, last.sentence + " " + moved.sentence, true);
    }

    /** Whether the tier served another share of the task's requests before a day than since. */
    private static boolean moved(long[] own, long[] all, int daysAgo) {
        int split = Math.min(all.length, daysAgo + 1);
        long since = Shares.sum(all, 0, Math.min(all.length, daysAgo)); // of the day itself some are of before
        long before = Shares.sum(all, split, all.length);
        return since > 0
                && before > 0
                && Math.abs((double) Shares.sum(own, 0, daysAgo) / since
                                - (double) Shares.sum(own, split, own.length) / before)
                        >= NOTABLE_WITH_ROUTE;
    }

    private static int daysAgo(RouteChangeEntry change, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(change.timeMillis()), ZoneOffset.UTC);
        return (int) Math.max(0, today.toEpochDay() - day.toEpochDay());
    }

    private static boolean isOnBothSides(long[] own, int daysAgo) {
        return Shares.sum(own, 0, Math.min(own.length, daysAgo + 1)) > 0
                && Shares.sum(own, Math.min(own.length, daysAgo + 1), own.length) > 0;
    }

    private static String sentence(Subject subject, RouteChangeEntry change, Instant now, boolean isMoved) {
        LocalDate day = LocalDate.ofInstant(now.minus(Duration.ofDays(daysAgo(change, now))), ZoneOffset.UTC);
        return "The route of task '" + change.task() + "' to '" + change.candidate() + "' was "
                + (change.opened() ? "opened" : "closed") + " on " + day
                + (isMoved ? ": tier '" + subject.tier() + "' serves other requests of it since." : ".");
    }

    private static @Nullable Handover moved(Subject subject, long[] own, long[] all, Instant now) {
        int split = Shares.split(own, all);
        long after = Shares.sum(all, 0, split);
        long before = Shares.sum(all, split, all.length);
        if (after == 0 || before == 0) {
            return null;
        }
        double since = (double) Shares.sum(own, 0, split) / after;
        double then = (double) Shares.sum(own, split, own.length) / before;
        double least = Math.min(since, then);
        return least == 0 || Math.abs(since - then) < NOTABLE || Math.max(since, then) < MUCH * least
                ? null
                : new Handover(
                        split,
                        DriftWords.format(
                                "Tier '%s' served %.1f %% of the requests of task '%s' before %s and %.1f %% since: they are others"
                                        + " than before.",
                                String.valueOf(subject.tier()),
                                100 * then,
                                String.valueOf(subject.task()),
                                LocalDate.ofInstant(now.minus(Duration.ofDays(split - 1L)), ZoneOffset.UTC),
                                100 * since),
                        true);
    }
}
