package dev.llmrouter.audit.drift;

import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerFilter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells a fall of what people say from feedback that has not come yet. Where complaints come sooner than praise, the latest days look worse
 * than those before, always. So an alarm has to show as well where every day's feedback had the same time to come: by what was said within some time of
 * each request, in windows that end that much earlier.
 */
final class EqualMaturity {
    /** Times that feedback may have, the shortest first: whichever shows the fall. Assumption. */
    static final List<Duration> TIMES = List.of(
            Duration.ofHours(6), Duration.ofDays(1), Duration.ofDays(3), Duration.ofDays(7), Duration.ofDays(14));

    private static final long DAY_MILLIS = 86_400_000;

    private final LedgerDays days;
    private final List<DaySums> sums;
    private final LedgerDays.Kept kept;
    private final Instant now;
    private final @Nullable RoutingPolicy policy;
    private final List<AnsweredDrift> answered;
    private final DriftSettings settings;
    private final Map<List<?>, List<DaySums>> read = new HashMap<>(); // by task, time and days

    /**
     * The rest as in {@link DriftWatch#of}.
     *
     * @param sums of all destinations by what is known now
     * @param kept of which times there are rows
     */
    EqualMaturity(
            LedgerDays days,
            List<DaySums> sums,
            LedgerDays.Kept kept,
            Instant now,
            @Nullable RoutingPolicy policy,
            List<AnsweredDrift> answered,
            DriftSettings settings) {
        this.days = days;
        this.sums = sums;
        this.kept = kept;
        this.now = now;
        this.policy = policy;
        this.answered = answered;
        this.settings = settings;
    }

    /** What became of an alarm where all feedback had the same time to come. */
    enum Answer {
        /** It shows, and as many answered as before. */
        SHOWS,
        /** It shows only where the share of the answers with feedback changed much. */
        SHOWS_AMONG_OTHERS,
        /** It shows at none of the times at which it could. */
        DOES_NOT_SHOW,
        /** It is not of feedback, or too little is known, or rows are deleted. */
        UNKNOWN
    }

    /** @param level error level of the alarm, which all times share */
    Answer ask(Subject subject, double level) throws SQLException {
        boolean isOfFeedback = subject.kind().isOfQuality() || subject.kind() == Kind.CORRECTIONS;
        if (!isOfFeedback || sums.stream().noneMatch(row -> isOf(subject, row) && row.answered() > 0)) {
            return Answer.UNKNOWN;
        }
        Answer answer = Answer.UNKNOWN;
        for (Duration time : TIMES) {
            List<DaySums> rows = rows(subject, time);
            if (rows == null) {
                continue;
            }
            Series series = SeriesCollector.of(subject, rows, policy, settings);
            if (series != null && series.state(level / TIMES.size()) == Watched.State.ALARM) {
                if (series.measure() == Measure.CHECKS
                        || !share(subject, rows, settings).changedMuch()) {
                    return Answer.SHOWS;
                }
                answer = Answer.SHOWS_AMONG_OTHERS;
            } else if (series != null && answer == Answer.UNKNOWN) {
                answer = Answer.DOES_NOT_SHOW;
            }
        }
        return answer;
    }

    /** Of the two windows that a subject is compared in. @param rows of the destination */
    static FeedbackShare share(Subject subject, List<DaySums> rows, DriftSettings settings) {
        int latest = subject.kind() == Kind.DECLINE ? DeclineCollector.WINDOW : settings.latestDays();
        return FeedbackShare.of(rows, latest, window(subject, settings));
    }

    /** As judged within a time of each request; null where rows are deleted. */
    private @Nullable List<DaySums> rows(Subject subject, Duration time) throws SQLException {
        int earlier = daysAgo(time);
        int window = window(subject, settings);
        if (!DriftWatch.hasRows(subject, sums, kept, now, window + earlier)) {
            return null;
        }
        String task = Objects.requireNonNull(subject.task());
        List<?> key = List.of(task, time, window);
        List<DaySums> all = read.get(key);
        if (all == null) {
            LedgerFilter end = LedgerDays.latest(now.minus(Duration.ofDays(earlier)), window);
            all = days.inTime(new LedgerFilter(end.fromMillis(), end.toMillis(), task, null), time);
            read.put(key, all);
        }
        List<DaySums> rows = all.stream().filter(row -> isOf(subject, row)).toList();
        return DriftWatch.comparable(rows, earlier, now, policy, answered);
    }

    /** How many days (UTC) before today the last one is whose last request is that old. */
    private int daysAgo(Duration time) {
        long sinceMidnight = Math.floorMod(now.toEpochMilli(), DAY_MILLIS);
        return 1 + (int) Math.max(0, -Math.floorDiv(sinceMidnight - time.toMillis(), DAY_MILLIS));
    }

    static boolean isOf(Subject subject, DaySums row) {
        return row.task().equals(subject.task()) && row.tier().equals(subject.tier());
    }

    /** Days that are compared of a subject. */
    static int window(Subject subject, DriftSettings settings) {
        return subject.kind() == Kind.DECLINE ? DeclineCollector.DAYS : settings.days();
    }
}
