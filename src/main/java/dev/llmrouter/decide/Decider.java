package dev.llmrouter.decide;

import dev.llmrouter.chat.AskedOnce;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.KeptState;
import dev.llmrouter.chat.Role;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
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
    private final Members members;
    private final KeyRights rights;
    private final Difficulty difficulty;
    private final Availability availability;

    /** Tells what of a request a provider's wire format, or the model behind it, cannot be told. */
    @FunctionalInterface
    public interface Translatability {
        /** What cannot be carried over, for people; empty if everything can. */
        List<String> notCarried(ChatRequest request, Candidate target);
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
        this.difficulty = difficulty;
        this.health = health;
        this.tiers = new TierChoice(policy, lifts, difficulty, evidence, clock);
        this.order = new CandidateOrder(health, random);
        this.translatability = translatability;
        this.random = random;
        this.members = Members.of(policy);
        this.availability = new Availability(health);
        this.rights = new KeyRights(policy.classifier());
    }

    /** Whether the simulator stands in for the real providers. */
    public boolean isSimulated() {
        return members.isSimulated();
    }

    public RoutingPolicy policy() {
        return policy;
    }

    /** SHA-256 of the difficulty gate that judges a task here; null if it has none, or none that can be used. */
    public @Nullable String gate(Task task) {
        return difficulty.version(task);
    }

    /** What is known of the health of this policy's deployments. */
    public DeploymentHealth health() {
        return health;
    }

    /** Every model of the policy with the provider that is called for it. */
    public Collection<Candidate> members() {
        return members.all();
    }

    /** Whether some model of the tier has its key and is not resting. */
    public boolean canServe(Tier tier) {
        return tier.models().stream()
                .map(each -> members.named(each.model()))
                .anyMatch(candidate -> !candidate.provider().lacksKey()
                        && health.unavailable(candidate).isEmpty());
    }

    /** @throws RefusedException if the caller may not have what it asks for, or no model can serve it */
    public Decision decide(RoutingRequest request) throws RefusedException {
        List<Reason> reasons = new ArrayList<>();
        String unknown = request.wish().unknownIn(policy, request.key());
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
        rights.check(request, tier.name(), null, reasons);
        boolean mayLift = request.wish().tier() == null && !tier.name().equals(policy.baseline());
        Fit fit = new Fit(request.input().request(), request.input().characteristics());
        List<Candidate> fitting = fitting(request, tier, fit, reasons);
        if (fitting.isEmpty() && mayLift) {
            reasons.add(new Reason(
                    "lift",
                    "no model of tier '" + tier.name() + "' can take this request: tier '" + policy.baseline()
                            + "' serves it"));
            tier = policy.baselineTier();
            rights.check(request, tier.name(), null, reasons);
            fitting = fitting(request, tier, fit, reasons);
        }
        Candidate compared = tier.name().equals(choice.tier().name()) ? compared(request, choice, fit) : null;
        EvidenceFinding ofCanary = tier.name().equals(choice.tier().name()) ? choice.ofCanary() : null;
        return decision(request, tier, new Worth(choice.evidence(), ofCanary), fitting, fit, compared, reasons);
    }

    /**
     * The decision for a request that a model has answered already, in a batch: that model alone, at its batch price, whoever
     * would serve the request now.
     *
     * @param price that it was ordered at; null if that is not known, then the policy's
     * @throws RefusedException if the policy does not have the tier or the model any more
     */
    public Decision answered(RoutingRequest request, String tier, String model, @Nullable Price price)
            throws RefusedException {
        List<Reason> reasons = new ArrayList<>();
        if (policy.tier(tier).isEmpty() || policy.model(model).isEmpty()) {
            String missing = policy.tier(tier).isEmpty() ? "tier '" + tier + "'" : "model '" + model + "'";
            throw new RefusedException(
                    ChatError.of(
                            ChatError.Kind.NOT_FOUND,
                            404,
                            "Model '" + model + "' of tier '" + tier + "' answered this in a batch, and " + missing
                                    + " is not in the policy any more."),
                    reasons);
        }
        TierChoice.Choice choice = tiers.choose(request, reasons);
        reasons.add(new Reason("batch", "model '" + model + "' of tier '" + tier + "' answered in a batch"));
        boolean isSame = choice.tier().name().equals(tier);
        EvidenceFinding evidence = choice.evidence();
        if (isCanaryAlone(policy.tier(tier).orElseThrow(), model)) {
            reasons.add(canary(model));
            evidence = isSame ? Objects.requireNonNullElse(choice.ofCanary(), evidence) : evidence;
        }
        Candidate member = members.named(model);
        return new Decision(
                request.id(),
                request.classification(),
                request.input().characteristics(),
                tier,
                evidence,
                List.of(new Candidate(
                        price == null
                                ? member.model().inBatch()
                                : member.model().at(price),
                        member.provider(),
                        Candidate.Role.BATCHED)),
                List.of(),
                null,
                isSame
                        ? compared(
                                request,
                                choice,
                                new Fit(
                                        request.input().request(),
                                        request.input().characteristics()))
                        : null,
                reasons,
                policy);
    }

    /** Whether a tier has a model as its canary only, so that whoever got its answer was drawn for it. */
    private static boolean isCanaryAlone(Tier tier, String model) {
        Tier.Share canary = tier.canary();
        return canary != null
                && canary.model().equals(model)
                && tier.models().stream().noneMatch(member -> member.model().equals(model));
    }

    private static Reason canary(String model) {
        return new Reason("canary", "drawn for canary '" + model + "'");
    }

    /** No lift and no proof: a tier of embedding models is one vector space, and no other tier can stand in for it. */
    private Decision decideEmbeddings(RoutingRequest request, List<Reason> reasons) throws RefusedException {
        Tier tier = EmbeddingTiers.choose(policy, request, reasons);
        rights.check(request, tier.name(), null, reasons);
        Fit fit = new Fit(
                request.input().request(),
                request.input().characteristics(),
                EmbeddingTiers.first(policy, tier).orElse(null));
        List<Candidate> fitting = fitting(request, tier, fit, reasons);
        return decision(request, tier, new Worth(EvidenceFinding.NOT_NEEDED, null), fitting, fit, null, reasons);
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
        rights.check(request, tier.name(), null, reasons);
        Fit fit = new Fit(request.input().request(), request.input().characteristics());
        List<Candidate> fitting = new ArrayList<>();
        for (Candidate candidate : fitting(request, tier, fit, reasons)) {
            fitting.add(new Candidate(candidate.model(), candidate.provider(), Candidate.Role.ESCALATION));
        }
        return decision(request, tier, new Worth(first.evidence(), null), fitting, fit, first.compared(), reasons);
    }

    /** The model that is compared where evidence is collected, if it can take the request; null for none. */
    private @Nullable Candidate compared(RoutingRequest request, TierChoice.Choice choice, Fit fit) {
        String name = choice.compared();
        if (name == null) {
            return null;
        }
        Candidate candidate = members.named(name);
        return misfit(request, candidate, fit, new ArrayList<>()) ? null : candidate;
    }

    private Decision decideForModel(RoutingRequest request, String name, List<Reason> reasons) throws RefusedException {
        reasons.add(new Reason("model", "the caller asks for model '" + name + "'"));
        Tier tier = policy.firstTierWith(name);
        rights.check(request, tier.name(), name, reasons);
        Fit fit = new Fit(request.input().request(), request.input().characteristics());
        Candidate member = members.named(name);
        Candidate named = new Candidate(member.model(), member.provider(), Candidate.Role.NAMED);
        List<Candidate> fitting = misfit(request, named, fit, reasons) ? List.of() : List.of(named);
        return withHealth(request, tier, EvidenceFinding.NOT_NEEDED, fitting, null, null, reasons);
    }

    /** Whether the caller's key lets this request be served by a tier. */
    public boolean mayUse(RoutingRequest request, String tier) {
        return rights.denied(request, tier, null) == null;
    }

    private List<Candidate> fitting(RoutingRequest request, Tier tier, Fit fit, List<Reason> reasons) {
        List<Candidate> fitting = new ArrayList<>(tier.models().size());
        for (Tier.Member each : tier.models()) {
            Candidate candidate = members.named(each.model());
            if (!misfit(request, candidate, fit, reasons)) {
                fitting.add(candidate);
            }
        }
        return fitting;
    }

    private boolean misfit(RoutingRequest request, Candidate candidate, Fit fit, List<Reason> reasons) {
        Model model = candidate.model();
        Reason misfit = fit.unasked(candidate);
        if (misfit == null) {
            misfit = candidate.provider().lacksKey()
                    ? Fit.excluded(
                            "excluded-key",
                            model,
                            "is at provider '" + candidate.provider().name() + "', whose key is not set")
                    : fit.misfit(candidate);
        }
        if (misfit == null && candidate.provider().protocol() != Protocol.SIMULATOR) {
            List<String> lost = translatability.notCarried(request.input().request(), candidate);
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

    /** What the evidence is worth. @param ofCanary where the canary serves; null where it has what the members have */
    private record Worth(
            EvidenceFinding ofMembers, @Nullable EvidenceFinding ofCanary) {}

    private Decision decision(
            RoutingRequest request,
            Tier tier,
            Worth worth,
            List<Candidate> fitting,
            Fit fit,
            @Nullable Candidate compared,
            List<Reason> reasons)
            throws RefusedException {
        String stickyKey = stickyKey(tier, request.input().request());
        List<Candidate> ordered = order.order(fitting, tier, request.input().characteristics(), stickyKey);
        EvidenceFinding evidence = worth.ofMembers();
        Candidate shadow = null;
        if (!fitting.isEmpty()) {
            Candidate canary = drawn(tier.canary(), Candidate.Role.CANARY, stickyKey);
            if (canary != null && !misfit(request, canary, fit, reasons)) {
                reasons.add(canary(canary.model().name()));
                ordered = new ArrayList<>(ordered);
                ordered.removeIf(candidate -> candidate.model().equals(canary.model()));
                ordered.add(0, canary);
                evidence = Objects.requireNonNullElse(worth.ofCanary(), evidence);
            }
            shadow = drawn(tier.shadow(), Candidate.Role.MEMBER, null);
            String once =
                    shadow == null ? null : AskedOnce.because(request.input().request());
            if (once != null) {
                reasons.add(new Reason(
                        "no-shadow", "no shadow is asked, as '" + once + "' is the provider's, and would change"));
                shadow = null;
            }
            if (shadow != null && misfit(request, shadow, fit, reasons)) {
                shadow = null;
            }
        }
        return withHealth(request, tier, evidence, ordered, shadow, compared, reasons);
    }

    /** @param stickyKey of those that are drawn together, or not; null for each by itself */
    private @Nullable Candidate drawn(Tier.@Nullable Share share, Candidate.Role role, @Nullable String stickyKey) {
        if (share == null) {
            return null;
        }
        double uniform =
                stickyKey == null ? random.getAsDouble() : CandidateOrder.uniform(stickyKey, "canary " + share.model());
        if (uniform * 100 >= share.percent()) {
            return null;
        }
        Candidate member = members.named(share.model());
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
        if (!fitting.isEmpty()) { // where nobody fits, that is what the caller has to know
            rights.checkKept(request, reasons);
        }
        Availability.Available available = availability.available(request, tier, fitting, reasons);
        return new Decision(
                request.id(),
                request.classification(),
                request.input().characteristics(),
                tier.name(),
                evidence,
                available.now(),
                available.resting(),
                shadow,
                compared,
                reasons,
                policy);
    }

    private static @Nullable String stickyKey(Tier tier, ChatRequest request) {
        return switch (tier.sticky()) {
            case NONE -> null;
            case USER -> request.user();
            case CONVERSATION -> {
                String kept = KeptState.conversation(request);
                if (kept != null) {
                    yield kept;
                }
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
