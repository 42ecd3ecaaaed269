package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.KeptState;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.ClassifierSettings;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the key that a caller presents lets a request have. */
final class KeyRights {
    private final ClassifierSettings classifier;

    /** @param classifier says from which confidence on a request counts as being of its task */
    KeyRights(ClassifierSettings classifier) {
        this.classifier = classifier;
    }

    /**
     * @param model that the caller names; null if it names none
     * @param reasons takes the refusal
     * @throws RefusedException if the key does not allow it
     */
    void check(RoutingRequest request, String tier, @Nullable String model, List<Reason> reasons)
            throws RefusedException {
        String denied = denied(request, tier, model);
        if (denied != null) {
            reasons.add(new Reason("key", denied));
            throw new RefusedException(ChatError.of(ChatError.Kind.PERMISSION, 403, denied), reasons);
        }
    }

    /**
     * Checks that a request which names, by an id, something that a provider keeps comes with a key that may.
     *
     * @param reasons takes the refusal
     * @throws RefusedException if the key may not
     */
    void checkKept(RoutingRequest request, List<Reason> reasons) throws RefusedException {
        AccessKey key = request.key();
        if (key == null || key.state()) {
            return;
        }
        String kept = KeptState.field(request.input().request());
        if (kept != null) {
            String denied = "Key '" + key.name() + "' may not use '" + kept
                    + "', which names what a provider keeps for every caller of its account. Send the whole conversation,"
                    + " or ask the owner of the policy for 'state: true' at this key.";
            reasons.add(new Reason("key", denied));
            throw new RefusedException(
                    new ChatError(ChatError.Kind.PERMISSION, 403, denied, "state_not_allowed", kept, null), reasons);
        }
    }

    /** Why the caller's key does not allow it; null if it does, or if callers need no key. */
    @Nullable
    String denied(RoutingRequest request, String tier, @Nullable String model) {
        AccessKey key = request.key();
        if (key == null) {
            return null;
        }
        String task = request.classification().task();
        String denied = null;
        if (!key.tasks().isEmpty() && isUnsure(request)) {
            return "Key '" + key.name() + "' is limited to tasks, and the task of this request was not recognised."
                    + " Name it in the header x-llm-task: " + String.join(", ", new TreeSet<>(key.tasks())) + ".";
        } else if (!key.tasks().isEmpty() && !key.tasks().contains(String.valueOf(task))) {
            denied = "task '" + task + "'";
        } else if (!key.tiers().isEmpty() && !key.tiers().contains(tier)) {
            denied = "tier '" + tier + "'";
        } else if (model != null && !key.models().isEmpty() && !key.models().contains(model)) {
            denied = "model '" + model + "'";
        }
        return denied == null
                ? null
                : "Key '" + key.name() + "' may not use " + denied + ". Ask the owner of the policy.";
    }

    /** Nothing that a task may do is allowed to a request that only might be of that task. */
    private boolean isUnsure(RoutingRequest request) {
        Classification found = request.classification();
        return found.task() == null
                || found.confidence() < classifier.minConfidence(found.source().step());
    }
}
