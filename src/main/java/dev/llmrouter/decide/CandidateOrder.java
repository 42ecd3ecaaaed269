package dev.llmrouter.decide;

import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Orders the models of a tier by its strategy. */
final class CandidateOrder {
    /** Output that is expected where the caller sets no limit, in tokens: only to compare costs. Assumption. */
    private static final int EXPECTED_OUTPUT_TOKENS = 300;

    private final DeploymentHealth health;
    private final DoubleSupplier random;

    /** @param random uniform in [0, 1) */
    CandidateOrder(DeploymentHealth health, DoubleSupplier random) {
        this.health = health;
        this.random = random;
    }

    /** @param stickyKey what the request shares with those it belongs to; null where the tier is not sticky */
    List<Candidate> order(
            List<Candidate> fitting, Tier tier, Characteristics characteristics, @Nullable String stickyKey) {
        if (fitting.size() < 2) {
            return fitting;
        }
        if (stickyKey != null) {
            return byScore(fitting, candidate -> -rendezvous(stickyKey, candidate, weight(tier, candidate)));
        }
        return switch (tier.strategy()) {
            case FAILOVER -> fitting;
            case WEIGHTED -> byScore(fitting, candidate -> exponential(random.getAsDouble(), weight(tier, candidate)));
            case LEAST_COST -> byScore(fitting, candidate -> expectedCost(candidate, characteristics));
            case LEAST_LATENCY ->
                byScore(fitting, candidate -> {
                    double nanos = health.firstTokenNanos(candidate);
                    return Double.isNaN(nanos) ? -1 : nanos;
                });
            case LEAST_BUSY -> byScore(fitting, health::inFlight);
        };
    }

    /** Stable: equal scores keep the order of the policy. */
    private static List<Candidate> byScore(
            List<Candidate> candidates, java.util.function.ToDoubleFunction<Candidate> score) {
        Map<Candidate, Double> scores = new HashMap<>();
        candidates.forEach(candidate -> scores.put(candidate, score.applyAsDouble(candidate)));
        List<Candidate> ordered = new ArrayList<>(candidates);
        ordered.sort(Comparator.comparingDouble(scores::get));
        return ordered;
    }

    private static double weight(Tier tier, Candidate candidate) {
        for (Tier.Member member : tier.models()) {
            if (member.model().equals(candidate.model().name())) {
                return member.weight();
            }
        }
        return 1;
    }

    /** Sorting by -ln(u)/w draws without replacement in proportion to w. Source: Efraimidis and Spirakis, 2006. */
    private static double exponential(double uniform, double weight) {
        return -Math.log(1 - uniform) / weight;
    }

    /**
     * Weighted rendezvous hashing: every instance puts the same key first on the same model, with no shared state, and only
     * the keys of a model that is gone move. Source: Thaler and Ravishankar, 1998; weights by the
     * logarithmic method of Schindelhauer and Schomaker, 2005.
     */
    private static double rendezvous(String key, Candidate candidate, double weight) {
        return -weight / Math.log(uniform(key, candidate.model().name()));
    }

    /** A number above 0 and below 1 that is the same for a key and a name in every process, and looks drawn at random. */
    static double uniform(String key, String name) {
        long hash = mix(key.hashCode() * 0x9E3779B97F4A7C15L + name.hashCode());
        return ((hash >>> 11) + 0.5) * 0x1.0p-53;
    }

    /** Finalizer of SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** In USD per million requests, to compare; unknown prices come last. */
    private static double expectedCost(Candidate candidate, Characteristics characteristics) {
        Price price = candidate.model().price();
        if (price == null) {
            return Double.POSITIVE_INFINITY;
        }
        Integer asked = characteristics.requestedOutputTokens();
        int output = asked == null ? EXPECTED_OUTPUT_TOKENS : Math.min(asked, EXPECTED_OUTPUT_TOKENS);
        return price.input().doubleValue() * characteristics.inputTokens()
                + price.output().doubleValue() * output;
    }
}
