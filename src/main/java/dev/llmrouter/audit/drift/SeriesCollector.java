package dev.llmrouter.audit.drift;

import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Verify;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Makes series of days, and says of which there is too little. */
final class SeriesCollector {
    /** Judged outputs, answered requests or classified ones that each window needs. */
    static final long FEW = 30;

    /** Days of the reference that need requests. */
    static final long FEW_DAYS = 7;

    private final DriftSettings settings;
    private final @Nullable RoutingPolicy policy;
    private final List<DaySums> sums;
    private final List<Series> series;
    private final List<Watched> watched;

    SeriesCollector(
            DriftSettings settings,
            @Nullable RoutingPolicy policy,
            List<DaySums> sums,
            List<Series> series,
            List<Watched> watched) {
        this.settings = settings;
        this.policy = policy;
        this.sums = sums;
        this.series = series;
        this.watched = watched;
    }

    /** One series; null where there is too little. @param rows of its destination, of any age */
    static @Nullable Series of(
            Subject subject, List<DaySums> rows, @Nullable RoutingPolicy policy, DriftSettings settings) {
        List<Series> found = new ArrayList<>();
        if (subject.kind() == Kind.DECLINE) {
            new DeclineCollector(policy, found).collect(rows);
        } else {
            List<DaySums> latest =
                    rows.stream().filter(row -> row.daysAgo() < settings.days()).toList();
            new SeriesCollector(settings, policy, latest, found, new ArrayList<>()).collect();
        }
        return found.stream()
                .filter(each -> each.subject().equals(subject))
                .findFirst()
                .orElse(null);
    }

    void collect() {
        Map<List<String>, List<DaySums>> destinations = new LinkedHashMap<>();
        for (DaySums row : sums) {
            destinations
                    .computeIfAbsent(List.of(row.task(), row.tier()), key -> new ArrayList<>())
                    .add(row);
        }
        destinations.forEach((key, rows) -> destination(key.get(0), key.get(1), new DestinationDays(rows, settings)));
        if (policy != null) {
            policy.tasks().values().stream().filter(this::isEscalated).forEach(this::escalations);
        }
        List<DaySums> asked = sums.stream().filter(row -> !isRefusedUnseen(row)).toList();
        if (!asked.isEmpty()) {
            everything(asked, new DestinationDays(asked, settings));
        }
    }

    private void destination(String task, String tier, DestinationDays days) {
        Thresholds least = Thresholds.of(policy, task);
        String missing = missing(days.counts(DaySums::requests), least.perWeek());
        quality(new Subject(Kind.QUALITY, task, tier), missing, days, least.qualityDrop());
        if (!tier.equals(LedgerFilter.NONE)) { // refused before anybody was chosen: nobody's failure
            shares(
                    new Subject(Kind.FAILURES, task, tier),
                    missing,
                    days,
                    DaySums::failed,
                    DaySums::requests,
                    "requests",
                    1,
                    least.qualityDrop());
        }
        Subject cost = new Subject(Kind.COST, task, tier);
        Moments[] costs = days.moments(DaySums::logCost);
        if (isEnough(cost, missing, counts(costs), "requests with a known cost above 0")) {
            series.add(new Series(cost, costs(days, costs), 0, Math.log1p(least.costRise())));
        }
        shares(
                new Subject(Kind.CORRECTIONS, task, tier),
                missing,
                days,
                DaySums::corrected,
                DaySums::answered,
                "requests with feedback",
                1,
                least.qualityDrop());
        Subject latency = new Subject(Kind.LATENCY, task, tier);
        Moments[] times = days.moments(DaySums::logMillis);
        if (isEnough(latency, missing, counts(times), "answers")) {
            WindowChange logs = Means.compare(times, settings.latestDays());
            series.add(new Series(
                    latency,
                    new WindowChange(
                            exp(logs.before()),
                            exp(logs.after()),
                            logs.change(),
                            logs.p(),
                            logs.splitDaysAgo(),
                            logs.noise()),
                    1,
                    Math.log1p(Thresholds.LATENCY_RISE)));
        }
    }

    /** By people and by checks, each for itself, where both judge: checks pass more than people do, and are there sooner. */
    private void quality(Subject subject, @Nullable String missing, DestinationDays days, double least) {
        List<Series> found = new ArrayList<>();
        List<String> why = new ArrayList<>();
        for (Measure measure : Measure.of(days.all())) {
            long[] n = days.counts(measure.of());
            String tooFew = missing == null ? tooFew(n, measure.what()) : missing;
            if (tooFew == null) {
                WindowChange change = Shares.compare(days.counts(measure.hits()), n, settings.latestDays());
                found.add(new Series(subject, change, -1, least, measure));
            } else if (!why.contains(tooFew)) {
                why.add(tooFew);
            }
        }
        Series worst = Measure.worst(found);
        if (worst == null) {
            watched.add(new Watched(subject, Watched.State.NOT_JUDGED, "Not judged: " + String.join(" And ", why)));
        } else {
            series.add(worst);
        }
    }

    private boolean isEscalated(Task task) {
        return policy != null
                && !task.tier().equals(policy.baseline())
                && task.verify() != null
                && task.verify().onFailure() == Verify.OnFailure.ESCALATE;
    }

    /** Such a request stands at the baseline, which served it: what is left at the task's own tier has always passed. */
    private void escalations(Task task) {
        List<DaySums> rows =
                sums.stream().filter(row -> row.task().equals(task.name())).toList();
        if (rows.isEmpty()) {
            return;
        }
        DestinationDays days = new DestinationDays(rows, settings);
        ToLongFunction<DaySums> first = row -> row.tier().equals(task.tier()) ? row.requests() : row.escalated();
        Thresholds least = Thresholds.of(policy, task.name());
        shares(
                new Subject(Kind.ESCALATION, task.name(), task.tier()),
                missing(days.counts(first), least.perWeek()),
                days,
                DaySums::escalated,
                first,
                "requests that the tier answered first",
                1,
                least.qualityDrop());
    }

    /** Refused before anybody looked for a task, as what cannot be read is: no input that was not recognised. */
    private static boolean isRefusedUnseen(DaySums row) {
        return row.task().equals(LedgerFilter.UNCLASSIFIED) && row.tier().equals(LedgerFilter.NONE);
    }

    private void everything(List<DaySums> asked, DestinationDays days) {
        String missing = missing(days.counts(DaySums::requests), Thresholds.PER_WEEK);
        Subject mix = new Subject(Kind.MIX, null, null);
        if (isEnough(mix, missing, days.counts(DaySums::requests), "requests")) {
            long[][] tasks = asked.stream()
                    .map(DaySums::task)
                    .distinct()
                    .map(task -> days.counts(row -> row.task().equals(task) ? row.requests() : 0))
                    .toArray(long[][]::new);
            series.add(new Series(mix, Mix.compare(tasks, settings.latestDays()), 0, Thresholds.SHARE));
        }
        shares(
                new Subject(Kind.UNCLASSIFIED, null, null),
                missing,
                days,
                row -> row.task().equals(LedgerFilter.UNCLASSIFIED) ? row.requests() : 0,
                DaySums::requests,
                "requests",
                1,
                Thresholds.SHARE);
        Subject confidence = new Subject(Kind.CONFIDENCE, null, null);
        Moments[] sure = days.moments(DaySums::learned);
        if (isEnough(confidence, missing, counts(sure), "requests that the learned classifier recognised")) {
            series.add(new Series(confidence, Means.compare(sure, settings.latestDays()), -1, Thresholds.SHARE));
        }
    }

    private void shares(
            Subject subject,
            @Nullable String missing,
            DestinationDays days,
            ToLongFunction<DaySums> hits,
            ToLongFunction<DaySums> of,
            String what,
            int direction,
            double least) {
        long[] n = days.counts(of);
        if (isEnough(subject, missing, n, what)) {
            series.add(
                    new Series(subject, Shares.compare(days.counts(hits), n, settings.latestDays()), direction, least));
        }
    }

    /** What keeps a destination from being judged at all; null if there is enough. */
    private @Nullable String missing(long[] requests, long perWeek) {
        long latest = Shares.sum(requests, 0, settings.latestDays());
        double needed = perWeek * settings.latestDays() / 7.0;
        if (latest < needed) {
            return Counted.of(latest, "request") + " in the last " + settings.latestDays() + " days; at least "
                    + (long) Math.ceil(needed) + " are needed to judge.";
        }
        long days = Arrays.stream(requests, settings.latestDays(), requests.length)
                .filter(n -> n > 0)
                .count();
        return days < FEW_DAYS
                ? Counted.of(days, "day") + " with requests before the last " + settings.latestDays() + "; " + FEW_DAYS
                        + " are needed to compare with."
                : null;
    }

    private boolean isEnough(Subject subject, @Nullable String missing, long[] n, String what) {
        String why = missing == null ? tooFew(n, what) : missing;
        if (why != null) {
            watched.add(new Watched(subject, Watched.State.NOT_JUDGED, "Not judged: " + why));
        }
        return why == null;
    }

    /** Null if each window has enough. */
    private @Nullable String tooFew(long[] n, String what) {
        long after = Shares.sum(n, 0, settings.latestDays());
        long before = Shares.sum(n, settings.latestDays(), n.length);
        return after < FEW || before < FEW
                ? after + " " + what + " in the last " + settings.latestDays() + " days and " + before + " before; "
                        + FEW + " are needed in each."
                : null;
    }

    /** Tests logarithms and shows dollars; the change is that of the mean, and none where typical and mean cost disagree. */
    private WindowChange costs(DestinationDays days, Moments[] logs) {
        WindowChange typical = Means.compare(logs, settings.latestDays());
        Level before = usd(days, false, typical.before());
        Level after = usd(days, true, typical.after());
        double mean = Math.log(after.value() / before.value());
        double change = Math.signum(mean) == Math.signum(typical.change()) ? mean : 0;
        return new WindowChange(before, after, change, typical.p(), typical.splitDaysAgo(), typical.noise());
    }

    private static Level usd(DestinationDays days, boolean isLatest, Level logs) {
        double mean = days.total(isLatest, DaySums::costUsd) / logs.n();
        return new Level(
                mean,
                mean * Math.exp(logs.low() - logs.value()),
                mean * Math.exp(logs.high() - logs.value()),
                logs.n());
    }

    private static Level exp(Level logs) {
        return new Level(Math.exp(logs.value()), Math.exp(logs.low()), Math.exp(logs.high()), logs.n());
    }

    private static long[] counts(Moments[] days) {
        return Arrays.stream(days).mapToLong(Moments::n).toArray();
    }
}
