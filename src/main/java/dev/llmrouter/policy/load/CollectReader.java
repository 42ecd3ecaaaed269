package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Collect;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code collect}, at the top of the file and of a task. */
final class CollectReader {
    private static final Bounds PERCENT = Bounds.above(0, 100);
    private static final Bounds USD = Bounds.above(0, 1_000_000);
    private static final int DEFAULT_SHARE = 10;
    private static final Duration DEFAULT_WAIT = Duration.ofDays(7);

    /** Pairs prove something for 90 days from when they were made: what is waited for much longer could open no route. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(30);

    private final Reading reading;
    private final Names names;

    CollectReader(Reading reading, Names names) {
        this.reading = reading;
        this.names = names;
    }

    /** @param general what holds where these fields say nothing; null for nothing */
    @Nullable
    Collect read(MappingFields parent, @Nullable Collect general) {
        MappingFields fields = parent.inner("collect");
        if (fields == null) {
            return general;
        }
        if (general == null) {
            fields.required("perDay", "Say how many USD shadow and judge may cost in a day, as in perDay: 5.00.");
        }
        double share = fields.decimal("share", PERCENT, general == null ? DEFAULT_SHARE : general.share());
        BigDecimal perDay = fields.decimal("perDay", USD);
        String scorer = scorer(fields);
        Collect.Open open =
                fields.choice("open", Collect.Open.class, general == null ? Collect.Open.ACCEPT : general.open());
        Duration within = fields.duration(
                "feedbackWithin",
                Duration.ofSeconds(1),
                LONGEST_WAIT,
                general == null ? DEFAULT_WAIT : general.feedbackWithin());
        fields.done();
        BigDecimal budget = perDay != null || general == null ? perDay : general.perDay();
        String scored = scorer != null || general == null ? scorer : general.scorer();
        return budget == null ? null : new Collect(share, budget, scored, open, within);
    }

    private @Nullable String scorer(MappingFields fields) {
        String scorer = fields.text("scorer");
        if (scorer == null
                || scorer.equals(Collect.VERIFY)
                || scorer.equals(Collect.EXACT)
                || scorer.equals(Collect.FEEDBACK)) {
            return scorer;
        }
        String model = scorer.startsWith(Collect.JUDGE) ? scorer.substring(Collect.JUDGE.length()) : "";
        if (names.models().contains(model)) {
            return scorer;
        }
        reading.problems()
                .unusable(
                        fields.at("scorer"),
                        fields.path("scorer"),
                        "is '" + Quoted.bare(scorer)
                                + "'; allowed: verify, exact, feedback, judge:MODEL with a model of this policy",
                        "Write one of them.");
        return null;
    }
}
