package dev.llmrouter.dispatch;

import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who may still be asked for one request, and from when on. */
final class Remaining {
    /** Where a model can be called again by now, or its probes are under way. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private final DeploymentHealth health;
    private final Set<String> excluded = new HashSet<>();
    private final Map<String, Long> notBefore = new HashMap<>();
    private List<Candidate> candidates;

    Remaining(DeploymentHealth health, List<Candidate> candidates) {
        this.health = health;
        this.candidates = candidates;
    }

    /** Goes on with others. Pauses stay. */
    void restart(List<Candidate> others) {
        candidates = others;
        excluded.clear();
    }

    /** In order. */
    List<Candidate> candidates() {
        return excluded.isEmpty()
                ? candidates
                : candidates.stream()
                        .filter(candidate ->
                                !excluded.contains(candidate.model().name()))
                        .toList();
    }

    void exclude(Candidate candidate) {
        excluded.add(candidate.model().name());
    }

    void excludeUpTo(Candidate tooSmall) {
        Integer size = tooSmall.model().context();
        for (Candidate candidate : candidates) {
            Integer context = candidate.model().context();
            if (size == null || context == null || context <= size) {
                exclude(candidate);
            }
        }
        exclude(tooSmall);
    }

    /** Leaves out all others than these, if any of these is left. @return whether one is */
    boolean keepOnly(Predicate<Candidate> these) {
        List<Candidate> left = candidates();
        if (left.stream().noneMatch(these)) {
            return false;
        }
        left.stream().filter(these.negate()).forEach(this::exclude);
        return true;
    }

    void pause(Candidate candidate, long untilNanos) {
        notBefore.put(candidate.model().name(), untilNanos);
    }

    /** Until the candidate may be called, as far as its health and this request's pauses go; 0 for now. */
    Duration waitFor(Candidate candidate, long now) {
        Duration wait = health.unavailable(candidate)
                .map(DeploymentHealth.Unavailable::remaining)
                .orElse(Duration.ZERO);
        Long pause = notBefore.get(candidate.model().name());
        return pause != null && pause - now > wait.toNanos() ? Duration.ofNanos(pause - now) : wait;
    }

    /**
     * Who could answer another time.
     *
     * @param after how long one of them can be called; null where somebody has to renew a key or raise a quota first
     */
    record Others(@Nullable Duration after) {}

    /** Who is not left out and cannot be called now. @param resting those that were not asked for it at all @return null if there are none */
    @Nullable
    Others others(List<Candidate> resting) {
        List<Candidate> all =
                Stream.concat(candidates().stream(), resting.stream()).toList();
        if (all.isEmpty()) {
            return null;
        }
        return new Others(all.stream()
                .map(candidate -> health.unavailable(candidate))
                .filter(unavailable ->
                        unavailable.map(DeploymentHealth.Unavailable::heals).orElse(true))
                .map(unavailable ->
                        unavailable.map(DeploymentHealth.Unavailable::remaining).orElse(SOON))
                .min(Duration::compareTo)
                .orElse(null));
    }

    /** Whether every candidate, those left out included, waits for somebody to renew a key or raise a quota. */
    boolean isHopeless() {
        return !candidates.isEmpty()
                && candidates.stream()
                        .allMatch(candidate -> health.unavailable(candidate)
                                .filter(unavailable -> !unavailable.heals())
                                .isPresent());
    }

    /** The shortest rest of all candidates for whom waiting helps, those left out included; null if there is none. */
    @Nullable
    Duration shortestRest() {
        return candidates.stream()
                .flatMap(candidate -> health.unavailable(candidate).stream())
                .filter(DeploymentHealth.Unavailable::heals)
                .map(DeploymentHealth.Unavailable::remaining)
                .min(Duration::compareTo)
                .orElse(null);
    }
}
