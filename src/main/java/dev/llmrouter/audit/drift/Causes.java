package dev.llmrouter.audit.drift;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DayModel;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerFilter;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what else changed between the windows. Hints, not proofs. */
final class Causes {
    private static final double NOTABLE_RATIO = 0.1;
    private static final double NOTABLE_SHARE = 0.1;
    private static final int MOST = 6;

    private final Subject subject;
    private final DriftSettings settings;
    private final Instant now;
    private final List<DaySums> rows;
    private final List<DayModel> models;
    private final @Nullable Handover handover;
    private final @Nullable RoutingPolicy policy;
    private final List<String> found = new ArrayList<>();

    /** @param handover since which the tier serves others; null for none */
    Causes(
            Subject subject,
            DriftSettings settings,
            Instant now,
            List<DaySums> sums,
            List<DayModel> models,
            @Nullable Handover handover,
            @Nullable RoutingPolicy policy) {
        this.subject = subject;
        this.settings = settings;
        this.now = now;
        this.handover = handover;
        this.policy = policy;
        this.rows =
                sums.stream().filter(row -> isOfSubject(row.task(), row.tier())).toList();
        this.models = models.stream()
                .filter(row -> isOfSubject(row.task(), row.tier()) && row.daysAgo() < settings.days())
                .toList();
    }

    private boolean isOfSubject(String task, String tier) {
        return subject.task() == null || (task.equals(subject.task()) && tier.equals(subject.tier()));
    }

    List<String> sentences() {
        if (handover != null) {
            found.add(handover.sentence());
        }
        feedback();
        policies();
        if (subject.task() == null) {
            renamed();
            shares("Share of task '%s'", rows, DaySums::task, DaySums::requests, DaySums::daysAgo);
        } else {
            shares("Share of model '%s'", models, DayModel::model, DayModel::requests, DayModel::daysAgo);
            tokens("Tokens per answer", DaySums::outputTokens);
            tokens("Tokens per input", DaySums::inputTokens);
            escalations();
        }
        if (found.isEmpty()) {
            found.add(
                    "Neither tokens, models nor the policy have changed in the ledger: the provider may serve another model"
                            + " under the same name, or the inputs are of another kind.");
        }
        return found.size() > MOST ? found.subList(0, MOST) : found;
    }

    /** Tasks that the policy has no more, and others that nobody had before: a renamed task is no other request. */
    private void renamed() {
        if (policy == null) {
            return;
        }
        Set<String> before = new TreeSet<>();
        Set<String> latest = new TreeSet<>();
        for (DaySums row : rows) {
            if (row.daysAgo() < settings.latestDays()) {
                latest.add(row.task());
            } else if (row.daysAgo() < settings.days()) {
                before.add(row.task());
            }
        }
        Set<String> tasks = policy.tasks().keySet();
        String gone = quoted(
                before.stream().filter(each -> !tasks.contains(each) && !each.equals(LedgerFilter.UNCLASSIFIED)));
        String fresh = quoted(latest.stream().filter(each -> tasks.contains(each) && !before.contains(each)));
        if (!gone.isEmpty() && !fresh.isEmpty()) {
            found.add("The policy no longer has task " + gone + ", and " + fresh
                    + " has its first requests: where that is another name for the same requests, nothing else moved.");
        }
    }

    private static String quoted(Stream<String> names) {
        return names.map(each -> "'" + each + "'").collect(Collectors.joining(", "));
    }

    /** Of outputs that people judge. */
    private void feedback() {
        if (subject.kind().isOfQuality() || subject.kind() == Kind.CORRECTIONS) {
            String cause = FeedbackShare.of(rows, settings.latestDays(), settings.days())
                    .cause();
            if (cause != null) {
                found.add(cause);
            }
        }
    }

    private void tokens(String what, ToDoubleFunction<DaySums> of) {
        DestinationDays days = new DestinationDays(rows, settings);
        double before = days.total(false, of) / days.total(false, DaySums::counted);
        double after = days.total(true, of) / days.total(true, DaySums::counted);
        if (before > 0 && after > 0 && Math.abs(after / before - 1) >= NOTABLE_RATIO) {
            found.add(DriftWords.format(
                    "%s %s from %.0f to %.0f.", what, after > before ? "rose" : "fell", before, after));
        }
    }

    private void escalations() {
        DestinationDays days = new DestinationDays(rows, settings);
        double before = days.total(false, DaySums::escalated) / days.total(false, DaySums::requests);
        double after = days.total(true, DaySums::escalated) / days.total(true, DaySums::requests);
        if (Math.abs(after - before) >= NOTABLE_SHARE / 2) {
            found.add(DriftWords.format(
                    "Outputs that failed their check and were asked for again went from %.1f to %.1f %%.",
                    100 * before, 100 * after));
        }
    }

    /** Names whose share of the requests has moved, the greatest move first. */
    private <R> void shares(
            String what,
            List<R> all,
            java.util.function.Function<R, String> name,
            java.util.function.ToLongFunction<R> requests,
            java.util.function.ToIntFunction<R> daysAgo) {
        Map<String, double[]> byName = new TreeMap<>();
        double[] totals = new double[2];
        for (R row : all) {
            int window = daysAgo.applyAsInt(row) < settings.latestDays() ? 1 : 0;
            byName.computeIfAbsent(name.apply(row), key -> new double[2])[window] += requests.applyAsLong(row);
            totals[window] += requests.applyAsLong(row);
        }
        double least = subject.task() == null ? Thresholds.SHARE / 2 : NOTABLE_SHARE;
        byName.entrySet().stream()
                .map(entry -> Map.entry(
                        entry.getKey(),
                        new double[] {entry.getValue()[0] / totals[0], entry.getValue()[1] / totals[1]}))
                .filter(entry -> Math.abs(entry.getValue()[1] - entry.getValue()[0]) >= least)
                .sorted(Comparator.comparingDouble(entry -> -Math.abs(entry.getValue()[1] - entry.getValue()[0])))
                .forEach(entry -> found.add(DriftWords.format(
                        what + " went from %.1f to %.1f %%.",
                        entry.getKey(),
                        100 * entry.getValue()[0],
                        100 * entry.getValue()[1])));
    }

    /** Policies that came into force within the latest window. */
    private void policies() {
        Map<String, Integer> first = new HashMap<>();
        Set<String> old = new HashSet<>();
        for (DayModel row : models) {
            first.merge(row.policy(), row.daysAgo(), Math::max);
            if (row.daysAgo() >= settings.latestDays()) {
                old.add(row.policy());
            }
        }
        first.entrySet().stream()
                .filter(entry -> !old.contains(entry.getKey()))
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .forEach(entry -> found.add("Policy " + entry.getKey() + " decides since "
                        + LocalDate.ofInstant(now.minus(Duration.ofDays(entry.getValue() + 1L)), ZoneOffset.UTC)
                        + " or the day after."));
    }
}
