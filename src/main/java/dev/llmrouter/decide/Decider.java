package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Secret;
import dev.llmrouter.policy.Simulation;
import dev.llmrouter.policy.Tier;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** Decides, under one policy, who serves a request. Safe for use by many threads. */
public final class Decider {
    private final RoutingPolicy policy;
    private final DeploymentHealth health;
    private final TierChoice tiers;
    private final CandidateOrder order;
    private final DoubleSupplier random;
    private final Translatability translatability;
    private final boolean simulated;
    private final Map<String, Candidate> members;

    /** Tells what of a request a provider's wire format cannot carry. */
    @FunctionalInterface
    public interface Translatability {
        /** What cannot be carried over, for people; empty if everything can. */
        List<String> notCarried(ChatRequest request, Protocol target);
    }

    /**
     * @param clock tells the day on which waivers end
     * @param random uniform in [0, 1): canaries, shadows, weights
     */
    public Decider(
            RoutingPolicy policy,
            DeploymentHealth health,
            Lifts lifts,
            Difficulty difficulty,
            Evidence evidence,
            Translatability translatability,
            Clock clock,
            DoubleSupplier random) {
        this.policy = policy;
        this.health = health;
        this.tiers = new TierChoice(policy, lifts, difficulty, evidence, clock);
        this.order = new CandidateOrder(health, random);
        this.translatability = translatability;
        this.random = random;
        this.simulated = isSimulated(policy);
        this.members = members(policy);
    }

    /** Every model of a policy, by name, with the provider that is called for it: the simulator where it stands in. */
    public static Map<String, Candidate> members(RoutingPolicy policy) {
        boolean simulated = isSimulated(policy);
        Map<String, Candidate> members = new HashMap<>();
        for (Model model : policy.models().values()) {
            Provider provider = effective(policy.providerOf(model), simulated);
            members.put(model.name(), new Candidate(model, provider, Candidate.Role.MEMBER));
        }
        return members;
    }

    /** Whether the simulator stands in for every provider of this policy. */
    public static boolean isSimulated(RoutingPolicy policy) {
        return policy.simulation() == Simulation.ALWAYS
                || policy.simulation() == Simulation.WITHOUT_KEYS
                        && policy.providers().values().stream().noneMatch(Decider::hasKey);
    }

    private static boolean hasKey(Provider provider) {
        return provider.apiKey() != null && provider.apiKey().isSet();
    }

    private static Provider effective(Provider provider, boolean simulated) {
        if (!simulated || provider.protocol() == Protocol.SIMULATOR) {
            return provider;
        }
        return new Provider(
                provider.name(),
                Protocol.SIMULATOR,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                provider.timeouts(),
                provider.breaker(),
                provider.simulator());
    }

    /** Whether the simulator stands in for the real providers. */
    public boolean isSimulated() {
        return simulated;
    }

    public RoutingPolicy policy() {
        return policy;
    }

    /** What is known of the health of this policy's deployments. */
    public DeploymentHealth health() {
        return health;
    }

    /** Every model of the policy with the provider that is called for it. */
    public Collection<Candidate> members() {
        return List.copyOf(members.values());
    }

    /** Whether some model of the tier has its key and is not resting. */
    public boolean canServe(Tier tier) {
        return tier.models().stream()
                .map(each -> member(each.model()))
                .anyMatch(candidate -> !hasNoKey(candidate.provider())
                        && health.unavailable(candidate).isEmpty());
    }

    /** @throws RefusedException if the caller may not have what it asks for, or no model can serve it */
    public Decision decide(RoutingRequest request) throws RefusedException {
        List<Reason> reasons = new ArrayList<>();
        String unknown = request.wish().unknownIn(policy);
        if (unknown != null) {
            throw new RefusedException(
                    new ChatError(
                            ChatError.Kind.NOT_FOUND,
                            request.wish().task() != null && request.wish().model() == null ? 400 : 404,
                            unknown,
                            "model_not_found",
                            "model",
                            null),
                    reasons);
        }
        if (request.wish().model() != null) {
            return decideForModel(request, request.wish().model(), reasons);
        }
        if (request.input().request().isEmbeddings()) {
            return decideEmbeddings(request, reasons);
        }
        TierChoice.Choice choice = tiers.choose(request, reasons);
        Tier tier = choice.tier();
        checkAllowed(request, tier.name(), null, reasons);
        boolean mayLift = request.wish().tier() == null && !tier.name().equals(policy.baseline());
        Fit fit = new Fit(request.input().request(), request.input().characteristics());
        List<Candidate> fitting = fitting(request, tier, fit, reasons);
        if (fitting.isEmpty() && mayLift) {
            reasons.add(new Reason(
                    "lift",
                    "no model of tier '" + tier.name() + "' can take this request: tier '" + policy.baseline()
                            + "' serves it"));
            tier = policy.baselineTier();
            checkAllowed(request, tier.name(), null, reasons);
            fitting = fitting(request, tier, fit, reasons);
        }
        Candidate compared = tier.name().equals(choice.tier().name()) ? compared(request, choice, fit) : null;
        return decision(request, tier, choice.evidence(), fitting, fit, compared, reasons);
    }

    /** No lift and no proof: a tier of embedding models is one vector space, and no other tier can stand in for it. */
    private Decision decideEmbeddings(RoutingRequest request, List<Reason> reasons) throws RefusedException {
        Tier tier = EmbeddingTiers.choose(policy, request, reasons);
        checkAllowed(request, tier.name(), null, reasons);
        Fit fit = new Fit(
                request.input().request(),
                request.input().characteristics(),
                EmbeddingTiers.first(policy, tier).orElse(null));
        List<Candidate> fitting = fitting(request, tier, fit, reasons);
        return decision(request, tier, EvidenceFinding.NOT_NEEDED, fitting, fit, null, reasons);
    }

    /**
     * The decision to ask the baseline tier as well, after an output that was not usable.
     *
     * @param why what was wrong with the output
     * @throws RefusedException if the caller's key does not allow the baseline tier, or no model of it can serve the request
     */
    public Decision escalate(RoutingRequest request, Decision first, String why) throws RefusedException {
        List<Reason> reasons = new ArrayList<>(first.reasons());
        reasons.add(new Reason("escalation", why + ": tier '" + policy.baseline() + "' is asked"));
        Tier tier = policy.baselineTier();
        checkAllowed(request, tier.name(), null, reasons);
        Fit fit = new Fit(request.input().request(), request.input().characteristics());
        List<Candidate> fitting = new ArrayList<>();
        for (Candidate candidate : fitting(request, tier, fit, reasons)) {
            fitting.add(new Candidate(candidate.model(), candidate.provider(), Candidate.Role.ESCALATION));
        }
        return decision(request, tier, first.evidence(), fitting, fit, first.compared(), reasons);
    }

    /** The model that is compared where evidence is collected, if it can take the request; null for none. */
    private @Nullable Candidate compared(RoutingRequest request, TierChoice.Choice choice, Fit fit) {
        String name = choice.compared();
        if (name == null) {
            return null;
        }
        Candidate candidate = member(name);
        return misfit(request, candidate, fit, new ArrayList<>()) ? null : candidate;
    }

    private Decision decideForModel(RoutingRequest request, String name, List<Reason> reasons) throws RefusedException {
        reasons.add(new Reason("model", "the caller asks for model '" + name + "'"));
        Tier tier = policy.tiers().values().stream()
                .filter(t -> t.models().stream().anyMatch(m -> m.model().equals(name)))
                .findFirst()
                .orElse(policy.baselineTier());
        checkAllowed(request, tier.name(), name, reasons);
        Fit fit = new Fit(request.input().request(), request.input().characteristics());
        Candidate member = member(name);
        Candidate named = new Candidate(member.model(), member.provider(), Candidate.Role.NAMED);
        List<Candidate> fitting = misfit(request, named, fit, reasons) ? List.of() : List.of(named);
        return withHealth(request, tier, EvidenceFinding.NOT_NEEDED, fitting, null, null, reasons);
    }

    /** Whether the caller's key lets this request be served by a tier. */
    public boolean mayUse(RoutingRequest request, String tier) {
        return denied(request, tier, null) == null;
    }

    private void checkAllowed(RoutingRequest request, String tier, @Nullable String model, List<Reason> reasons)
            throws RefusedException {
        String denied = denied(request, tier, model);
        if (denied != null) {
            reasons.add(new Reason("key", denied));
            throw new RefusedException(ChatError.of(ChatError.Kind.PERMISSION, 403, denied), reasons);
        }
    }

    /** Why the caller's key does not allow it; null if it does, or if callers need no key. */
    private @Nullable String denied(RoutingRequest request, String tier, @Nullable String model) {
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
        return request.classification().task() == null
                || request.classification().confidence() < policy.classifier().minConfidence();
    }

    private List<Candidate> fitting(RoutingRequest request, Tier tier, Fit fit, List<Reason> reasons) {
        List<Candidate> fitting = new ArrayList<>(tier.models().size());
        for (Tier.Member each : tier.models()) {
            Candidate candidate = member(each.model());
            if (!misfit(request, candidate, fit, reasons)) {
                fitting.add(candidate);
            }
        }
        return fitting;
    }

    private boolean misfit(RoutingRequest request, Candidate candidate, Fit fit, List<Reason> reasons) {
        Model model = candidate.model();
        Reason misfit = hasNoKey(candidate.provider())
                ? Fit.excluded(
                        "excluded-key",
                        model,
                        "is at provider '" + candidate.provider().name() + "', whose key is not set")
                : fit.misfit(candidate);
        if (misfit == null && candidate.provider().protocol() != Protocol.SIMULATOR) {
            List<String> lost = translatability.notCarried(
                    request.input().request(), candidate.provider().protocol());
            if (!lost.isEmpty()) {
                misfit = Fit.excluded(
                        "excluded-format",
                        model,
                        "is behind a wire format that cannot carry " + String.join(", ", lost));
            }
        }
        if (misfit != null) {
            reasons.add(misfit);
        }
        return misfit != null;
    }

    private static boolean hasNoKey(Provider provider) {
        Secret key = provider.apiKey();
        return provider.protocol() != Protocol.SIMULATOR && key != null && !key.isSet();
    }

    private Decision decision(
            RoutingRequest request,
            Tier tier,
            EvidenceFinding evidence,
            List<Candidate> fitting,
            Fit fit,
            @Nullable Candidate compared,
            List<Reason> reasons)
            throws RefusedException {
        List<Candidate> ordered = order.order(
                fitting,
                tier,
                request.input().characteristics(),
                stickyKey(tier, request.input().request()));
        Candidate shadow = null;
        if (!fitting.isEmpty()) {
            Candidate canary = drawn(tier.canary(), Candidate.Role.CANARY);
            if (canary != null && !misfit(request, canary, fit, reasons)) {
                reasons.add(new Reason(
                        "canary", "drawn for canary '" + canary.model().name() + "'"));
                ordered = new ArrayList<>(ordered);
                ordered.removeIf(candidate -> candidate.model().equals(canary.model()));
                ordered.add(0, canary);
            }
            shadow = drawn(tier.shadow(), Candidate.Role.MEMBER);
            if (shadow != null && misfit(request, shadow, fit, reasons)) {
                shadow = null;
            }
        }
        return withHealth(request, tier, evidence, ordered, shadow, compared, reasons);
    }

    private @Nullable Candidate drawn(Tier.@Nullable Share share, Candidate.Role role) {
        if (share == null || random.getAsDouble() * 100 >= share.percent()) {
            return null;
        }
        Candidate member = member(share.model());
        return new Candidate(member.model(), member.provider(), role);
    }

    private Decision withHealth(
            RoutingRequest request,
            Tier tier,
            EvidenceFinding evidence,
            List<Candidate> fitting,
            @Nullable Candidate shadow,
            @Nullable Candidate compared,
            List<Reason> reasons)
            throws RefusedException {
        if (fitting.isEmpty()) {
            throw new RefusedException(nobodyFits(request, tier, reasons), reasons);
        }
        List<Candidate> healthy = new ArrayList<>(fitting.size());
        Duration shortest = null;
        for (Candidate candidate : fitting) {
            DeploymentHealth.Unavailable unavailable =
                    health.unavailable(candidate).orElse(null);
            if (unavailable == null) {
                healthy.add(candidate);
                continue;
            }
            reasons.add(new Reason(
                    "unavailable",
                    "model '" + candidate.model().name() + "': " + unavailable.reason() + ", for "
                            + seconds(unavailable.remaining()) + " s more"));
            if (shortest == null || unavailable.remaining().compareTo(shortest) < 0) {
                shortest = unavailable.remaining();
            }
        }
        if (healthy.isEmpty()) {
            throw new RefusedException(
                    new ChatError(
                            ChatError.Kind.OVERLOADED,
                            503,
                            "No model of tier '" + tier.name() + "' is available now. Try again after Retry-After.",
                            "no_model_available",
                            null,
                            shortest),
                    reasons);
        }
        return new Decision(
                request.id(),
                request.classification(),
                request.input().characteristics(),
                tier.name(),
                evidence,
                healthy,
                shadow,
                compared,
                reasons,
                policy);
    }

    private static long seconds(Duration time) {
        return Math.max(1, (time.toMillis() + 999) / 1000);
    }

    private static ChatError nobodyFits(RoutingRequest request, Tier tier, List<Reason> reasons) {
        List<String> why = new ArrayList<>();
        boolean contextOnly = true;
        boolean keysOnly = true;
        for (Reason reason : reasons) {
            if (reason.code().startsWith("excluded-")) {
                why.add(reason.text());
                contextOnly &= reason.code().equals("excluded-context");
                keysOnly &= reason.code().equals("excluded-key");
            }
        }
        String message = "No model of tier '" + tier.name() + "' can serve this request: " + String.join("; ", why)
                + ". Change the request, or add a fitting model to the policy.";
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

    private Candidate member(String model) {
        Candidate member = members.get(model);
        if (member == null) {
            throw new IllegalStateException("model '" + model + "' is not in the policy " + policy.source());
        }
        return member;
    }

    private static @Nullable String stickyKey(Tier tier, ChatRequest request) {
        return switch (tier.sticky()) {
            case NONE -> null;
            case USER -> request.user();
            case CONVERSATION -> {
                StringBuilder key = new StringBuilder();
                for (ChatMessage message : request.messages()) {
                    key.append(message.text()).append('\u0000');
                    if (message.role() == Role.USER) {
                        break;
                    }
                }
                yield key.toString();
            }
        };
    }
}
