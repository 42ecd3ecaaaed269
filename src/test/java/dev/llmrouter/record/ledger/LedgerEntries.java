package dev.llmrouter.record.ledger;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes entries for tests of the ledger. */
final class LedgerEntries {
    private LedgerEntries() {}

    static final long HOUR = RollupTable.HOURS.length();

    static final long DAY = RollupTable.DAYS.length();

    static final int TRAFFIC_DAYS = 5;

    static RequestEntry request(String id, @Nullable Long cost) {
        return request(id, cost, true);
    }

    static RequestEntry request(String id, @Nullable Long cost, boolean simulated) {
        return new RequestEntry(
                id,
                1_000,
                "team",
                "openai",
                "summary",
                "rule",
                0.9,
                "words",
                "economy",
                "small",
                "local",
                10L,
                2L,
                0L,
                5L,
                1L,
                false,
                cost,
                null,
                null,
                null,
                null,
                null,
                "[]",
                "[]",
                "abc",
                null,
                null,
                "passed",
                "ok",
                null,
                false,
                simulated,
                false,
                12,
                null,
                34,
                simulated ? "small" : "small-2026");
    }

    static FeedbackEntry feedback(String id, String request, boolean useful) {
        return new FeedbackEntry(id, request, 2_000, useful, 0.5, 7, "ab", "alice", null);
    }

    static RequestEntry of(
            String id, long time, String tier, @Nullable Long cost, @Nullable String verify, boolean shadow) {
        return by(null, id, time, tier, cost, verify, shadow);
    }

    static RequestEntry by(
            @Nullable String caller,
            String id,
            long time,
            String tier,
            @Nullable Long cost,
            @Nullable String verify,
            boolean shadow) {
        return new RequestEntry(
                id, time, caller, "openai", "summary", "rule", 0.9, null, tier, "small", "local", 1L, 0L, 0L, 1L, 0L,
                false, cost, 3L, null, null, null, null, "[]", "[]", "abc", null, null, verify, "ok", null, false,
                false, shadow, 1, null, 1, null);
    }

    static PairEntry pair(String id, long time, boolean served, @Nullable Double score, @Nullable Long cost) {
        return new PairEntry(
                id,
                time,
                "sum",
                "def",
                "small",
                "p/small",
                "large",
                "p/large",
                "exact",
                served,
                score,
                score,
                cost,
                0L,
                0.25,
                "input of " + id,
                served,
                "1 against 2");
    }

    static PairEntry asked(String id, @Nullable Double score, @Nullable Long cost, @Nullable String prices) {
        return new PairEntry(
                id,
                10,
                "sum",
                "def",
                "small",
                "p/small",
                "large",
                "p/large",
                "exact",
                false,
                score,
                score == null ? null : Double.valueOf(1),
                cost,
                cost == null ? null : Long.valueOf(0),
                0.25,
                null,
                false,
                prices);
    }

    static PairEntry scoredBy(String request, String scorer) {
        return new PairEntry(
                request,
                10,
                "sum",
                "def",
                "small",
                "p/small",
                "large",
                "p/large",
                scorer,
                false,
                1.0,
                1.0,
                12L,
                0L,
                0.25,
                null,
                false,
                "1 against 2");
    }

    static RequestEntry random(RandomGenerator random, String id) {
        String tier = List.of("economy", "premium").get(random.nextInt(2));
        return new RequestEntry(
                id,
                random.nextInt(4) == 0
                        ? TRAFFIC_DAYS * DAY - 1 - random.nextLong(4 * HOUR)
                        : random.nextLong(TRAFFIC_DAYS * DAY),
                random.nextInt(4) == 0 ? null : "team-" + random.nextInt(3),
                random.nextInt(10) == 0 ? "embeddings" : "openai",
                random.nextInt(5) == 0 ? null : "task-" + random.nextInt(3),
                random.nextBoolean() ? "rule" : "learned",
                random.nextDouble(),
                null,
                random.nextInt(20) == 0 ? null : tier,
                random.nextInt(20) == 0 ? null : "model-" + random.nextInt(3),
                "local",
                random.nextInt(9) == 0 ? null : random.nextLong(2_000),
                0L,
                0L,
                random.nextInt(9) == 0 ? null : random.nextLong(500),
                0L,
                false,
                random.nextInt(7) == 0 ? null : random.nextLong(Long.MAX_VALUE / 1000),
                random.nextInt(7) == 0 ? null : random.nextLong(Long.MAX_VALUE / 1000),
                null,
                null,
                null,
                random.nextInt(3) == 0 ? random.nextLong(1_000_000_000) : null,
                "[]",
                "[]",
                "policy-" + random.nextInt(2),
                null,
                null,
                List.of("passed", "failed", "escalated", "")
                                .get(random.nextInt(4))
                                .isEmpty()
                        ? null
                        : List.of("passed", "failed", "escalated").get(random.nextInt(3)),
                random.nextInt(10) == 0 ? "error" : "ok",
                null,
                false,
                false,
                random.nextInt(10) == 0,
                1,
                null,
                random.nextLong(random.nextBoolean() ? 5_000 : 120_000),
                random.nextInt(3) == 0 ? null : "version-" + random.nextInt(2));
    }

    static PairEntry judged(String request, @Nullable Long judgeCost) {
        return new PairEntry(
                request, 10, "summary", "def", "small", "p/small", "large", "p/large", "judge:x", false, 1.0, 1.0,
                judgeCost, judgeCost, null, null, null, null);
    }
}
