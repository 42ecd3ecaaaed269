package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.DaySums;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What quality is measured by. People and checks find different things, so that each is compared with itself alone. */
enum Measure {
    /** An output counts by its feedback, and until that comes by its check: only where nothing says which is which, or there is but one. */
    ANY(DaySums::useful, DaySums::judged, "judged outputs"),
    /** What people said. */
    PEOPLE(DaySums::saidUseful, DaySums::said, "requests with feedback"),
    /** What checks said, whatever people said later. */
    CHECKS(DaySums::passed, DaySums::checked, "checked outputs");

    @SuppressWarnings("ImmutableEnumChecker") // of a record's accessor
    private final ToLongFunction<DaySums> hits;

    @SuppressWarnings("ImmutableEnumChecker") // as above
    private final ToLongFunction<DaySums> of;

    private final String what;

    Measure(ToLongFunction<DaySums> hits, ToLongFunction<DaySums> of, String what) {
        this.hits = hits;
        this.of = of;
        this.what = what;
    }

    /** Useful outputs of a day. */
    ToLongFunction<DaySums> hits() {
        return hits;
    }

    /** Those that it judges. */
    ToLongFunction<DaySums> of() {
        return of;
    }

    /** These, for people. */
    String what() {
        return what;
    }

    /** Whether some outputs count by their feedback and others by their check alone. */
    static boolean isMixed(List<DaySums> rows) {
        return rows.stream().anyMatch(row -> row.answered() > 0)
                && rows.stream().anyMatch(row -> row.judged() > row.answered());
    }

    /** What to compare: people and checks each for itself where both judge and rows tell them apart, else what there is. */
    static List<Measure> of(List<DaySums> rows) {
        return isMixed(rows) && rows.stream().allMatch(DaySums::isApart) ? List.of(PEOPLE, CHECKS) : List.of(ANY);
    }

    /**
     * The one of several measures of one subject that shows the most: a fall that counts, before one that does not. Its p is multiplied by
     * their number, so that together they are wrong no more often than one (Bonferroni). It knows the other one. Null for none.
     */
    static @Nullable Series worst(List<Series> measures) {
        List<Series> all = new ArrayList<>(measures);
        all.sort((one, other) -> one.isOfSize() == other.isOfSize()
                ? Double.compare(one.p(), other.p())
                : Boolean.compare(other.isOfSize(), one.isOfSize()));
        return all.isEmpty() ? null : all.get(0).among(all.size(), all.size() == 1 ? null : all.get(1));
    }
}
