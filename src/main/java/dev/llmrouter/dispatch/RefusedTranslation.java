package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the caller is told where a provider of another format refused its request, which those of its own format might have served. Where one of
 * these is away for a time, asking again makes sense, whether it rested already or failed just now. Where there is none, or none comes back by
 * itself, the refusal is what the caller can act on. For one request; not safe for use by many threads.
 */
final class RefusedTranslation {
    private final DeploymentHealth health;
    private final Predicate<Candidate> untranslated;
    private @Nullable ProviderException refusal;
    private @Nullable ProviderException ownFailure;

    /** @param cause whose failure the error comes of */
    record Told(ChatError error, ProviderException cause) {}

    /** @param untranslated whether a candidate is asked in the caller's own format */
    RefusedTranslation(DeploymentHealth health, Predicate<Candidate> untranslated) {
        this.health = health;
        this.untranslated = untranslated;
    }

    /** Forgets what failed: others are asked, by another decision. */
    void restart() {
        refusal = null;
        ownFailure = null;
    }

    void failed(Candidate candidate, ProviderException failure) {
        Disposition disposition = Disposition.of(failure);
        if (untranslated.test(candidate)) {
            ownFailure = failure;
        } else if (Disposition.mayBeTheTranslation(failure)
                && (disposition == Disposition.STOP || disposition == Disposition.NEXT)) {
            refusal = failure;
        }
    }

    /**
     * @param last failure of the last call
     * @param all who fit the request, those that rest included
     * @return null where no translation was refused, or nothing but the last failure is to be told
     */
    @Nullable
    Told told(ProviderException last, AttemptLog log, List<Candidate> all) {
        ProviderException refused = refusal;
        ProviderException own = ownFailure;
        boolean isOwn = last == own;
        if (refused == null || !isOwn && last != refused || isOwn && FinalError.isCallersFault(last)) {
            return null;
        }
        List<Optional<DeploymentHealth.Unavailable>> ownFormat =
                all.stream().filter(untranslated).map(health::unavailable).toList();
        if (ownFormat.stream().allMatch(away -> away.isPresent() && !away.get().heals())) {
            return new Told(refused.error(), refused);
        }
        Duration wait = ownFormat.stream()
                .flatMap(Optional::stream)
                .filter(DeploymentHealth.Unavailable::heals)
                .map(DeploymentHealth.Unavailable::remaining)
                .min(Duration::compareTo)
                .orElse(null);
        if (own != null && !FinalError.isCallersFault(own)) {
            return new Told(FinalError.of(own, log, wait, false), own);
        }
        return wait == null ? null : new Told(FinalError.ownFormatRests(log, wait), refused);
    }
}
