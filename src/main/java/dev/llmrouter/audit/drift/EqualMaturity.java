package dev.llmrouter.audit.drift;

import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerFilter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

    /**
     * Whether an alarm shows at none of the times at which it could, of a destination that has feedback at all.
     *
     * @param level error level of the alarm, which all times share
     */
    boolean refutes(Subject subject, double level) throws SQLException {
        boolean isOfFeedback = subject.kind().isOfQuality() || subject.kind() == Kind.CORRECTIONS;
        if (!isOfFeedback || sums.stream().noneMatch(row -> isOf(subject, row) && row.answered() > 0)) {
            return false;
        }
        int judged = 0;
        for (Duration time : TIMES) {
            Series series = series(subject, time);
            if (series != null && series.state(level / TIMES.size()) == Watched.State.ALARM) {
                return false;
            }
            judged += series == null ? 0 : 1;
        }
        return judged > 0;
    }

    /** @return null where too little is known, or rows are deleted */
    private @Nullable Series series(Subject subject, Duration time) throws SQLException {
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
        List<DaySums> comparable = DriftWatch.comparable(rows, earlier, now, policy, answered);
        List<Series> found = new ArrayList<>();
        if (subject.kind() == Kind.DECLINE) {
            new DeclineCollector(policy, found).collect(comparable);
        } else {
            List<DaySums> latest = comparable.stream()
                    .filter(row -> row.daysAgo() < settings.days())
                    .toList();
            new SeriesCollector(settings, policy, latest, found, new ArrayList<>()).collect();
        }
        return found.stream()
                .filter(each -> each.subject().equals(subject))
                .findFirst()
                .orElse(null);
    }

    /** How many days (UTC) before today the last one is whose last request is that old. */
    private int daysAgo(Duration time) {
        long sinceMidnight = Math.floorMod(now.toEpochMilli(), DAY_MILLIS);
        return 1 + (int) Math.max(0, -Math.floorDiv(sinceMidnight - time.toMillis(), DAY_MILLIS));
    }

    private static boolean isOf(Subject subject, DaySums row) {
        return row.task().equals(subject.task()) && row.tier().equals(subject.tier());
    }

    /** Days that are compared of a subject. */
    static int window(Subject subject, DriftSettings settings) {
        return subject.kind() == Kind.DECLINE ? DeclineCollector.DAYS : settings.days();
    }
}
