package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Portability;
import dev.llmrouter.policy.Tier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which of the candidates that fit are available now; and what the caller is told where there is none. */
final class Availability {
    private final DeploymentHealth health;

    /**
     * The candidates that fit.
     *
     * @param now those that can be called, in order; at least one
     * @param resting those that cannot be called now
     */
    record Available(List<Candidate> now, List<Candidate> resting) {}

    Availability(DeploymentHealth health) {
        this.health = health;
    }

    /**
     * @param fitting candidates that can take the request, in order
     * @param reasons says who was left out before, and takes who is left out here
     * @throws RefusedException if nobody fits, or all that fit are resting
     */
    Available available(RoutingRequest request, Tier tier, List<Candidate> fitting, List<Reason> reasons)
            throws RefusedException {
        if (fitting.isEmpty()) {
            throw new RefusedException(nobodyFits(request, tier, reasons), reasons);
        }
        List<Candidate> healthy = new ArrayList<>(fitting.size());
        List<Candidate> resting = new ArrayList<>(0);
        Duration shortest = null;
        for (Candidate candidate : fitting) {
            DeploymentHealth.Unavailable unavailable =
                    health.unavailable(candidate).orElse(null);
            if (unavailable == null) {
                healthy.add(candidate);
                continue;
            }
            resting.add(candidate);
            reasons.add(new Reason(
                    "unavailable",
                    "model '" + candidate.model().name() + "': " + unavailable.reason() + ", for "
                            + seconds(unavailable.remaining()) + " s more"));
            if (unavailable.heals()
                    && (shortest == null || unavailable.remaining().compareTo(shortest) < 0)) {
                shortest = unavailable.remaining();
            }
        }
        if (healthy.isEmpty()) {
            throw new RefusedException(nobodyIsThere(tier, shortest), reasons);
        }
        return new Available(healthy, resting);
    }

    /** @param shortest wait; null where waiting helps nobody */
    private static ChatError nobodyIsThere(Tier tier, @Nullable Duration shortest) {
        return new ChatError(
                ChatError.Kind.OVERLOADED,
                503,
                "No model of tier '" + tier.name() + "' is available now. "
                        + (shortest == null
                                ? "The key or the quota at the provider fails; asking again does not help."
                                : "Try again in " + seconds(shortest) + " s."),
                "no_model_available",
                null,
                shortest,
                shortest == null ? false : null);
    }

    private static long seconds(Duration time) {
        return Math.max(1, (time.toMillis() + 999) / 1000);
    }

    private static ChatError nobodyFits(RoutingRequest request, Tier tier, List<Reason> reasons) {
        List<String> why = new ArrayList<>();
        boolean contextOnly = true;
        boolean keysOnly = true;
        boolean formatOnly = true;
        for (Reason reason : reasons) {
            if (reason.code().startsWith("excluded-")) {
                why.add(reason.text());
                contextOnly &= reason.code().equals("excluded-context");
                formatOnly &= reason.code().equals("excluded-format");
                keysOnly &= reason.code().equals("excluded-key");
            }
        }
        ChatError onlyInResponses = Portability.onlyInResponses(request.input().request());
        if (onlyInResponses != null && formatOnly) {
            return onlyInResponses; // nobody here speaks Responses
        }
        String message = "No model of tier '" + tier.name() + "' can serve this request: " + String.join("; ", why)
                + (keysOnly
                        ? ". Set the key, which the policy says in apiKey, and start again."
                        : ". Change the request, or add a fitting model to the policy.");
        if (keysOnly) {
            return new ChatError(ChatError.Kind.OVERLOADED, 503, message, "no_model_available", null, null);
        }
        return contextOnly
                ? new ChatError(
                        ChatError.Kind.CONTEXT_LENGTH,
                        400,
                        message,
                        "context_length_exceeded",
                        request.input().request().isEmbeddings() ? "input" : "messages",
                        null)
                : new ChatError(ChatError.Kind.INVALID_REQUEST, 400, message, "no_capable_model", null, null);
    }
}
