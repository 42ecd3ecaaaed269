package dev.llmrouter.audit.drift;

import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DayModel;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.ModelVersion;
import dev.llmrouter.record.ledger.RouteChangeEntry;
import dev.llmrouter.record.ledger.SaidDay;
import dev.llmrouter.record.ledger.SaidSums;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.math3.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Compares the latest days of every destination with the weeks before, and its quality with that of a quarter ago. Every series
 * is tested at the same error level, which is the yearly budget of false alarms divided by the number of series and by 365 looks (Bonferroni): whatever depends on
 * whatever, the chance of any false alarm within a year of daily looks stays within the budget. A change that is certain and
 * smaller than the policy's {@code review} thresholds is no alarm.
 */
public final class DriftWatch {
    private static final String UNRIPE =
            " It does not show where all feedback had the same time to come: people may complain sooner than they praise.";

    private final DriftSettings settings;
    private final Instant now;
    private final @Nullable RoutingPolicy policy;
    private final List<DaySums> all;
    private final List<DaySums> sums;
    private final List<DayModel> models;
    private final List<ModelVersion> versions;

    /** All days without the requests that a canary was drawn for, for series of {@link #suspects}. */
    private final List<DaySums> withoutCanaries;

    private final Set<Subject> suspects;

    /** What became of alarms of feedback where all of it had the same time to come. */
    private final Map<Subject, EqualMaturity.Answer> ripe;

    private final List<RouteChangeEntry> routes;

    /** By what the quality of each subject was judged, once there is a report. */
    private final Map<Subject, Measure> measures = new HashMap<>();

    private DriftWatch(
            DriftSettings settings,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<DaySums> all,
            List<DayModel> models,
            List<ModelVersion> versions,
            List<DaySums> withoutCanaries,
            Set<Subject> suspects,
            Map<Subject, EqualMaturity.Answer> ripe,
            List<RouteChangeEntry> routes) {
        this.settings = settings;
        this.now = now;
        this.policy = policy;
        this.all = all;
        this.sums = all.stream().filter(row -> row.daysAgo() < settings.days()).toList();
        this.models = models;
        this.versions = versions;
        this.withoutCanaries = withoutCanaries;
        this.suspects = suspects;
        this.ripe = ripe;
        this.routes = routes;
    }

    /**
     * Reads the days that are needed and judges them.
     *
     * @param policy says what size of a change matters; null for defaults
     * @param answered falls of quality of before: what was judged meanwhile is nothing to compare with
     */
    public static DriftReport of(
            LedgerReader ledger,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftSettings settings)
            throws SQLException {
        LedgerFilter filter = LedgerDays.latest(now, days(settings));
        LedgerDays days = ledger.days();
        return judge(days, days.sums(filter), days.models(filter), days.versions(), now, policy, answered, settings);
    }

    /**
     * Judges days that were read before, and reads more of them where an alarm may be that of a tier's canary, or of feedback that has not come yet: one of
     * outputs stands only if it does without the requests that a canary was drawn for, and one of feedback if it does where all had the same
     * time to come. Parameters as below.
     */
    public static DriftReport judge(
            LedgerDays days,
            List<DaySums> sums,
            List<DayModel> models,
            List<ModelVersion> versions,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftSettings settings)
            throws SQLException {
        List<DaySums> told = apart(days, sums, now, settings);
        LedgerFilter filter = LedgerDays.latest(now, days(settings));
        List<RouteChangeEntry> routes = days.routeChanges(filter);
        DriftWatch watch = of(told, models, versions, now, policy, answered, settings, routes);
        DriftReport report = watch.report();
        List<Subject> ofOutputs = report.alarms().stream()
                .map(DriftAlarm::subject)
                .filter(subject -> subject.kind().isOfOutputs())
                .toList();
        LedgerDays.Kept kept = ofOutputs.isEmpty() ? null : days.kept().orElse(null);
        if (kept == null) {
            return report;
        }
        Set<Subject> suspects = new LinkedHashSet<>();
        ofOutputs.stream()
                .filter(subject -> hasRows(subject, told, kept, now, EqualMaturity.window(subject, settings)))
                .forEach(suspects::add);
        Map<List<?>, DaySums> drawn = new HashMap<>();
        for (String task : suspects.stream()
                .map(subject -> Objects.requireNonNull(subject.task()))
                .distinct()
                .toList()) {
            for (DaySums each : days.drawn(new LedgerFilter(filter.fromMillis(), filter.toMillis(), task, null))) {
                drawn.put(place(each), each);
            }
        }
        EqualMaturity maturity = new EqualMaturity(days, told, kept, now, policy, answered, settings);
        Map<Subject, EqualMaturity.Answer> ripe = new HashMap<>();
        for (Subject subject : suspects) {
            if (!isPast(now, kept) && watch.measures.get(subject) != Measure.CHECKS) { // which are there at once
                ripe.put(subject, maturity.ask(subject, report.level()));
            }
        }
        if (drawn.isEmpty() && ripe.isEmpty()) {
            return report;
        }
        List<DaySums> rest =
                told.stream().map(row -> rest(row, drawn.get(place(row)))).toList();
        return new DriftWatch(
                        settings,
                        now,
                        policy,
                        comparable(told, now, policy, answered),
                        models,
                        versions,
                        comparable(rest, now, policy, answered),
                        drawn.isEmpty() ? Set.of() : suspects,
                        ripe,
                        routes)
                .report();
    }

    /**
     * The same days, of destinations that people and checks judge with what each of them said, as far as there are rows: people find fewer outputs
     * useful than pass a check and say so later, so that in sums days with more feedback, which are the older ones, look worse.
     */
    private static List<DaySums> apart(LedgerDays days, List<DaySums> sums, Instant now, DriftSettings settings)
            throws SQLException {
        Set<List<String>> mixed = new LinkedHashSet<>();
        sums.stream()
                .collect(Collectors.groupingBy(row -> List.of(row.task(), row.tier())))
                .forEach((destination, rows) -> {
                    if (Measure.isMixed(rows)) {
                        mixed.add(destination);
                    }
                });
        LedgerDays.Kept kept = mixed.isEmpty() ? null : days.kept().orElse(null);
        if (kept == null) {
            return sums;
        }
        LedgerFilter filter = LedgerDays.latest(now, days(settings));
        long from = Math.max(filter.fromMillis(), kept.oldestMillis() - 1);
        Map<List<?>, SaidSums> said = new HashMap<>();
        for (SaidDay each : days.said(LedgerFilter.between(from, filter.toMillis()))) {
            said.put(List.of(each.daysAgo(), each.task(), each.tier()), each.sums());
        }
        return sums.stream()
                .map(row -> mixed.contains(List.of(row.task(), row.tier())) && hasRows(row, kept, now)
                        ? row.apart(said.getOrDefault(place(row), SaidSums.NONE))
                        : row)
                .toList();
    }

    /**
     * Whether all requests of the last days have a row each: sums do not say for whom a canary was drawn, nor when feedback came. If old ones had none a part
     * of the past would be compared with something else than the present, and a fall could hide.
     */
    static boolean hasRows(Subject subject, List<DaySums> sums, LedgerDays.Kept kept, Instant now, int window) {
        return sums.stream()
                .filter(row -> row.task().equals(subject.task()) && row.tier().equals(subject.tier()))
                .filter(row -> row.requests() > 0 && row.daysAgo() < window)
                .allMatch(row -> hasRows(row, kept, now));
    }

    /** Whether rows of a day are kept, some of them at least. */
    private static boolean hasRows(DaySums row, LedgerDays.Kept kept, Instant now) {
        return LedgerDays.latest(now.minus(Duration.ofDays(row.daysAgo())), 1).toMillis() >= kept.oldestMillis();
    }

    /** Whether the look is one of so long ago that all feedback has come since. */
    private static boolean isPast(Instant now, LedgerDays.Kept kept) {
        Duration longest = EqualMaturity.TIMES.get(EqualMaturity.TIMES.size() - 1);
        return kept.newestMillis() - now.toEpochMilli() > longest.toMillis();
    }

    private static DaySums rest(DaySums row, @Nullable DaySums drawn) {
        return drawn == null ? row : row.without(drawn);
    }

    private static List<?> place(DaySums row) {
        return List.of(row.daysAgo(), row.task(), row.tier());
    }

    private static List<DaySums> comparable(
            List<DaySums> sums, Instant now, @Nullable RoutingPolicy policy, List<AnsweredDrift> answered) {
        return comparable(sums, 0, now, policy, answered);
    }

    /** Without what was judged during a fall that has been answered by now. @param earlier days before today that the sums end */
    static List<DaySums> comparable(
            List<DaySums> sums,
            int earlier,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered) {
        return sums.stream()
                .map(row -> isOfAnswered(row, earlier, now, policy, answered) ? row.unjudged() : row)
                .toList();
    }

    /**
     * Judges days that were read before, whoever answered.
     *
     * @param sums of all destinations, of {@link #days} days; days that are too old are left out
     * @param models only used to find causes
     * @param versions under which names models answered, ever
     * @param answered as in {@link #of}
     */
    public static DriftReport judge(
            List<DaySums> sums,
            List<DayModel> models,
            List<ModelVersion> versions,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftSettings settings) {
        return judge(sums, models, versions, now, policy, answered, settings, List.of());
    }

    /** The same. @param routes that were opened and closed, the earliest first */
    static DriftReport judge(
            List<DaySums> sums,
            List<DayModel> models,
            List<ModelVersion> versions,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftSettings settings,
            List<RouteChangeEntry> routes) {
        return of(sums, models, versions, now, policy, answered, settings, routes)
                .report();
    }

    private static DriftWatch of(
            List<DaySums> sums,
            List<DayModel> models,
            List<ModelVersion> versions,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftSettings settings,
            List<RouteChangeEntry> routes) {
        List<DaySums> all = comparable(sums, now, policy, answered);
        return new DriftWatch(settings, now, policy, all, models, versions, all, Set.of(), Map.of(), routes);
    }

    /** Whether a day of a task's own tier belongs to a fall that had been answered by then. */
    private static boolean isOfAnswered(
            DaySums row, int earlier, Instant now, @Nullable RoutingPolicy policy, List<AnsweredDrift> answered) {
        if (answered.isEmpty() || policy == null) {
            return false;
        }
        LocalDate today = day(now, 0);
        LocalDate day = day(now, row.daysAgo() + earlier);
        return policy.task(row.task())
                        .filter(task -> task.tier().equals(row.tier()))
                        .isPresent()
                && answered.stream()
                        .anyMatch(each -> each.task().equals(row.task())
                                && each.holds(day)
                                && !each.accepted().isAfter(today));
    }

    private DriftReport report() {
        List<Series> series = new ArrayList<>();
        List<Watched> watched = new ArrayList<>();
        SeriesCollector collector = new SeriesCollector(settings, policy, sums, series, watched);
        collector.collect();
        new DeclineCollector(policy, series).collect(all);
        double level = settings.level(series.size()); // of all that are looked at, with canaries or without
        withoutCanaries(series, watched);
        List<DriftAlarm> alarms = new ArrayList<>();
        TDistribution t = new TDistribution(settings.days() - 2);
        double quantile = t.inverseCumulativeProbability(1 - level);
        double ofHalf = t.inverseCumulativeProbability(1 - level / 2);
        for (Series each : series) {
            measures.put(each.subject(), each.measure());
            judge(each, level, each.countsTwice() ? ofHalf : quantile, alarms, watched);
        }
        new VersionWatch(settings, now, policy).judge(versions, alarms, watched);
        alarms.sort(Comparator.comparingDouble(DriftAlarm::p)
                .thenComparing(alarm -> alarm.subject().id()));
        watched.sort(Comparator.comparing((Watched each) ->
                        Objects.requireNonNullElse(each.subject().task(), ""))
                .thenComparing(each -> Objects.requireNonNullElse(each.subject().tier(), ""))
                .thenComparing(each -> each.subject().kind()));
        return new DriftReport(now, settings, level, alarms, watched);
    }

    private void judge(Series found, double level, double quantile, List<DriftAlarm> alarms, List<Watched> watched) {
        Subject subject = found.subject();
        Series series = found;
        Watched.State state = series.state(level);
        String but = "";
        Handover handover = state == Watched.State.ALARM ? handover(subject) : null;
        if (handover != null
                && handover.isMoved()
                && isOfBaseline(subject)
                && subject.kind().isOfRequests()) {
            Series since = since(subject, handover);
            if (since != null && since.state(level) == Watched.State.ALARM) {
                series = since; // worse among what it serves since, too
                handover = null;
            } else {
                state = Watched.State.UNCERTAIN;
                but = " " + handover.sentence()
                        + (since == null
                                ? " There is too little of after that day to compare."
                                : " Among what it serves since it does not show.");
            }
        }
        Series checks = series.other();
        if (state == Watched.State.ALARM
                && checks != null
                && checks.measure() == Measure.CHECKS
                && checks.state(level) == Watched.State.ALARM
                && (ripe.get(subject) == EqualMaturity.Answer.DOES_NOT_SHOW || doubt(series) != null)) {
            series = checks; // what is doubtful of people is not of checks
        }
        boolean isOfPeople = series.measure() != Measure.CHECKS;
        if (state == Watched.State.ALARM && isOfPeople && ripe.get(subject) == EqualMaturity.Answer.DOES_NOT_SHOW) {
            state = Watched.State.UNCERTAIN;
            but = UNRIPE;
        }
        DriftWords words = new DriftWords(series, settings);
        if (state == Watched.State.ALARM) {
            alarms.add(alarm(series, words, handover));
        }
        watched.add(new Watched(subject, state, words.watched(state, quantile) + but));
    }

    private boolean isOfBaseline(Subject subject) {
        return policy != null && policy.baseline().equals(subject.tier());
    }

    private @Nullable Handover handover(Subject subject) {
        return Handover.of(subject, all, routes, EqualMaturity.window(subject, settings), now);
    }

    /** The same of the days since a handover alone; null where there is too little. */
    private @Nullable Series since(Subject subject, Handover handover) {
        List<DaySums> rows = (suspects.contains(subject) ? withoutCanaries : all)
                .stream()
                        .filter(row -> EqualMaturity.isOf(subject, row) && row.daysAgo() < handover.daysAgo())
                        .toList();
        return SeriesCollector.of(subject, rows, policy, settings);
    }

    /** Puts series without what canaries were drawn for in the place of suspects. */
    private void withoutCanaries(List<Series> series, List<Watched> watched) {
        if (suspects.isEmpty()) {
            return;
        }
        List<Series> others = new ArrayList<>();
        List<Watched> notJudged = new ArrayList<>();
        List<DaySums> rest = withoutCanaries.stream()
                .filter(row -> row.daysAgo() < settings.days())
                .toList();
        new SeriesCollector(settings, policy, rest, others, notJudged).collect();
        new DeclineCollector(policy, others).collect(withoutCanaries);
        series.removeIf(each -> suspects.contains(each.subject()));
        others.stream().filter(each -> suspects.contains(each.subject())).forEach(series::add);
        notJudged.stream().filter(each -> suspects.contains(each.subject())).forEach(watched::add);
    }

    private DriftAlarm alarm(Series series, DriftWords words, @Nullable Handover handover) {
        LocalDate since = day(series.comparison().splitDaysAgo());
        Causes causes = series.subject().kind() == Kind.DECLINE
                ? new Causes(series.subject(), sinceThen(), now, all, models, handover, policy)
                : new Causes(series.subject(), settings, now, sums, models, handover, policy);
        return new DriftAlarm(
                series.subject(),
                since,
                series.comparison().before(),
                series.comparison().after(),
                series.p(),
                words.alarm(since),
                causes.sentences(),
                Actions.of(series, policy),
                List.of(),
                doubt(series));
    }

    /** Why what people said is no proof against the model: others speak, or it cannot be told from what checks said. Null for none. */
    private @Nullable String doubt(Series series) {
        Subject subject = series.subject();
        EqualMaturity.Answer answer = ripe.getOrDefault(subject, EqualMaturity.Answer.UNKNOWN);
        if (!subject.kind().isOfQuality()
                || series.measure() == Measure.CHECKS
                || answer == EqualMaturity.Answer.SHOWS) {
            return null;
        }
        List<DaySums> rows = all.stream()
                .filter(row ->
                        EqualMaturity.isOf(subject, row) && row.daysAgo() < EqualMaturity.window(subject, settings))
                .toList();
        FeedbackShare share = EqualMaturity.share(subject, rows, settings);
        if (series.measure() == Measure.ANY && Measure.isMixed(rows)) {
            return share.movedBy(series.least())
                    ? share.sentence()
                            + ", and it cannot be told any more what people said and what checks said: the difference may be theirs."
                    : null;
        }
        boolean isOfOthers = answer == EqualMaturity.Answer.SHOWS_AMONG_OTHERS || share.changedMuch() && share.rose();
        return isOfOthers ? share.sentence() + ": others may speak than before." : null;
    }

    /** What changed within a quarter shows between the last weeks and all before. */
    private DriftSettings sinceThen() {
        return new DriftSettings(
                DeclineCollector.WINDOW,
                DeclineCollector.DAYS - DeclineCollector.WINDOW,
                settings.falseAlarmsPerYear());
    }

    /** Days that have to be read to judge by these settings. */
    public static int days(DriftSettings settings) {
        return Math.max(settings.days(), DeclineCollector.DAYS);
    }

    private LocalDate day(int daysAgo) {
        return day(now, daysAgo);
    }

    private static LocalDate day(Instant now, int daysAgo) {
        return LocalDate.ofInstant(now.minus(Duration.ofDays(daysAgo)), ZoneOffset.UTC);
    }
}
