package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftHeader;
import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The {@code model_list} of LiteLLM's proxy: each deployment becomes a model of the draft, a member of its group and of its tags. */
final class LiteLlmDeployments {
    /** Tag of those that requests without a tag are for. */
    static final String DEFAULT = "default";

    /** Providers to whose hosts LiteLLM adds {@code /v1}, or is asked so here. */
    private static final Set<String> WITH_VERSION = Set.of("ollama", "mistral");

    /** LiteLLM puts it behind the hosts of Anthropic's API, unless it is there; the router always does. */
    private static final String MESSAGES = "/v1/messages";

    private final LiteLlmNames names;
    private final PolicyDraft draft;
    private final LiteLlmParams settings;
    private final LiteLlmKeys keys;
    private final LiteLlmOrders orders = new LiteLlmOrders();
    /** Whether requests are parted by their tags. */
    private final boolean isFiltered;
    /** Whether a deployment is drawn by weight. */
    private final boolean isDrawn;

    private final Map<String, List<Member>> all = new LinkedHashMap<>();
    private final Map<String, List<Member>> groups = new LinkedHashMap<>();
    private final Map<String, List<Member>> tagged = new LinkedHashMap<>();
    /** Parameters of each deployment by the name of its model. */
    private final Map<String, ForeignNode> params = new LinkedHashMap<>();

    private LiteLlmDeployments(
            LiteLlmParams settings,
            LiteLlmKeys keys,
            LiteLlmNames names,
            PolicyDraft draft,
            boolean isFiltered,
            boolean isDrawn) {
        this.settings = settings;
        this.keys = keys;
        this.names = names;
        this.draft = draft;
        this.isFiltered = isFiltered;
        this.isDrawn = isDrawn;
    }

    static LiteLlmDeployments of(ForeignNode root, ForeignNode list, LiteLlmNames names, PolicyDraft draft) {
        LiteLlmParams settings = new LiteLlmParams(root, draft);
        ForeignNode router = root.get("router_settings");
        ForeignNode strategy = LiteLlmTiers.setting(root, "routing_strategy");
        LiteLlmDeployments deployments = new LiteLlmDeployments(
                settings,
                new LiteLlmKeys(root, draft),
                names,
                draft,
                router != null && router.isTrue("enable_tag_filtering"),
                strategy == null || "simple-shuffle".equals(strategy.text()));
        list.list().forEach(deployments::read);
        settings.tellUnnamed();
        deployments.all.keySet().forEach(deployments::nameFirst);
        deployments.all.forEach((group, members) ->
                deployments.groups.put(group, deployments.weighed(deployments.untagged(group, members))));
        return deployments;
    }

    /** Whether requests are parted by their tags. */
    boolean isFiltered() {
        return isFiltered;
    }

    /** All models by {@code model_name}, in the order of the file. */
    Map<String, List<Member>> all() {
        return all;
    }

    /** Models that requests without a tag are for, by {@code model_name}, with their weights. */
    Map<String, List<Member>> groups() {
        return groups;
    }

    /** Models by tag, in the order of the file. */
    Map<String, List<Member>> tagged() {
        return tagged;
    }

    private void read(ForeignNode deployment) {
        String group = deployment.text("model_name");
        ForeignNode own = deployment.get("litellm_params");
        String called = own == null ? null : own.text("model");
        if (group == null || own == null || called == null) {
            draft.remark(deployment, "has no model_name or no litellm_params.model: left out");
            deployment.settle();
            return;
        }
        ForeignNode info = deployment.get("model_info");
        if (group.contains("*") || called.contains("*")) {
            leaveOut(deployment, "stands for any model: name each model that callers may have");
            return;
        }
        ForeignNode params = settings.of(deployment, own);
        if (params == null) {
            return;
        }
        String nobody = settings.nobody(params, info);
        if (nobody != null) {
            leaveOut(deployment, nobody);
            return;
        }
        ForeignNode named = params.get("custom_llm_provider");
        String stated = named == null ? null : named.text();
        if (named != null && !named.isSingle()) {
            leaveOut(deployment, "its custom_llm_provider is no single name: left out");
            return;
        }
        ForeignNode model = own.get("model");
        if (model != null) {
            DraftDeployment.plain(model, called);
        }
        LiteLlmMode mode = LiteLlmMode.of(info == null ? null : info.text("mode"), stated, called);
        if (mode.refusal() != null) {
            leaveOut(deployment, mode.refusal());
            return;
        }
        KnownProvider known = known(stated, called);
        if (known == null) {
            leaveOut(
                    deployment,
                    "'" + called + "'" + (stated == null ? "" : " of '" + stated + "'")
                            + " is called in a way of its own, or is not known here: if it speaks OpenAI's API, give it a provider"
                            + " with protocol: openai and its baseUrl by hand, else a Camel endpoint (endpoint:)");
            return;
        }
        String elsewhere = LiteLlmParams.elsewhere(params, own, stated, called);
        if (elsewhere != null) {
            leaveOut(deployment, elsewhere);
            return;
        }
        KnownProvider asked = mode.responds() ? known.forResponses() : known;
        if (mode.responds() && asked.equals(known)) {
            draft.remark(
                    deployment,
                    "was asked by the API for responses, and is by chat completions here: check that it answers");
        }
        String provider = provider(deployment, params, known, asked, mode);
        if (provider == null) {
            deployment.settle();
            return;
        }
        DraftModel drafted = model(deployment, params, info, known, provider, mode);
        List<Member> others = all.computeIfAbsent(group, any -> new ArrayList<>());
        if (others.isEmpty()) {
            names.tell(draft, deployment, group);
        }
        Member member = new Member(name(group, others, drafted), null);
        this.params.put(member.model(), params);
        orders.read(draft, member.model(), params, info);
        LiteLlmTimeouts.read(draft, member.model(), params);
        others.add(member);
        tag(member, params.get("tags"));
    }

    /** Whether requests with a tag, other than {@value #DEFAULT}, are for it. */
    private boolean isParted(ForeignNode params) {
        ForeignNode tags = isFiltered ? params.get("tags") : null;
        return tags != null
                && tags.list().stream().map(ForeignNode::text).anyMatch(tag -> tag != null && !tag.equals(DEFAULT));
    }

    private void tag(Member member, @Nullable ForeignNode tags) {
        if (tags == null) {
            return;
        }
        for (ForeignNode tag : tags.list()) {
            String text = tag.text();
            if (text != null && isFiltered) {
                DraftDeployment.plain(tag, text); // it becomes part of a rule and of a description
            }
            List<Member> same = text == null ? List.of(member) : tagged.computeIfAbsent(text, any -> new ArrayList<>());
            if (!same.contains(member)) {
                same.add(member);
            }
        }
    }

    /** The name of its provider in the draft; null if it cannot be called, which is then remarked. */
    private @Nullable String provider(
            ForeignNode deployment, ForeignNode params, KnownProvider known, KnownProvider asked, LiteLlmMode mode) {
        Map<String, String> query = new LinkedHashMap<>();
        ForeignNode version = known.isAzure() ? settings.azureVersion(params) : null;
        String versionText = version == null ? null : DraftDeployment.value(version);
        if (versionText != null) {
            query.put(DraftAzure.VERSION, versionText);
        }
        Map<String, DraftHeader> headers = DraftDeployment.headers(draft, params.get("extra_headers"));
        ForeignNode organization = params.get("organization");
        String org = organization == null ? null : DraftDeployment.value(organization);
        if (org != null) {
            headers.put("OpenAI-Organization", DraftHeader.text(org));
        }
        String called = mode.provider().isEmpty() ? known.name() : mode.provider();
        ForeignNode base = settings.base(params, known, called);
        DraftHost stated = DraftHost.of(base);
        if (base != null && stated == null) {
            draft.remark(deployment, "has a base URL that is no single value: left out");
            return null;
        }
        DraftHost host = stated != null && WITH_VERSION.contains(known.name()) ? stated.withVersion() : stated;
        if (host != null && known.name().equals("anthropic")) {
            host = host.without(MESSAGES);
        }
        DraftHost last = host;
        return DraftDeployment.provider(
                draft,
                deployment,
                new DraftDeployment.Asked(asked, mode.id(), last, headers, query),
                () -> keys.of(deployment, params, known, called, last));
    }

    /** The provider that is stated; only where none is, what the model's name says; null for one that a policy cannot call. */
    private static @Nullable KnownProvider known(@Nullable String stated, String called) {
        int slash = called.indexOf('/');
        if (stated != null) {
            return KnownProvider.of(stated);
        }
        return slash < 0 ? KnownProvider.ofModel(called) : KnownProvider.of(called.substring(0, slash));
    }

    /** The first of a group has its name; the others one that no group has, for callers may send it. */
    private String name(String group, List<Member> others, DraftModel model) {
        String first = names.of(group);
        if (others.isEmpty()) {
            return draft.model(first, model);
        }
        Set<String> taken = new TreeSet<>(names.taken());
        taken.addAll(draft.models().keySet());
        return draft.model(PolicyDraft.free(first, taken), model);
    }

    private void leaveOut(ForeignNode deployment, String why) {
        draft.remark(deployment, why);
        deployment.settle();
    }

    /** The order of each deployment in its group. */
    LiteLlmOrders orders() {
        return orders;
    }

    /**
     * Those of the lowest order first. Where LiteLLM draws, these have weights of one field; a strategy of another kind asks for
     * none.
     */
    List<Member> weighed(List<Member> members) {
        List<Member> all = new ArrayList<>();
        for (List<Member> same : orders.parted(members)) {
            if (all.isEmpty()) {
                all.addAll(isDrawn ? LiteLlmWeights.of(draft, same, params) : same);
            } else {
                same.forEach(member -> standby(member, same.size() > 1));
                all.addAll(same);
            }
        }
        return all;
    }

    private void standby(Member member, boolean isAnyDrawn) {
        ForeignNode at = params.get(member.model());
        if (at == null) {
            return;
        }
        draft.remark(
                at,
                "is of a higher order than others of its group, or of none: it stands behind them and is asked when they"
                        + " fail");
        if (!isAnyDrawn) {
            at.get("weight"); // of one, it says nothing
        }
    }

    /** Those of a group that requests without a tag are for: who has the tag {@value #DEFAULT}, or all where nobody has. */
    private List<Member> untagged(String group, List<Member> members) {
        List<Member> defaults = isFiltered
                ? members.stream()
                        .filter(tagged.getOrDefault(DEFAULT, List.of())::contains)
                        .toList()
                : List.of();
        if (defaults.isEmpty()) {
            return members;
        }
        for (Member member : members) {
            ForeignNode at = params.get(member.model());
            if (at != null && tagged.values().stream().noneMatch(those -> those.contains(member))) {
                draft.remark(
                        at,
                        "is in no tier: requests without a tag are for those of '" + group + "' that have the tag '"
                                + DEFAULT + "', and it has none");
            }
        }
        return defaults;
    }

    /** Callers that send the name of a group get the one model that has it: not one that rests, or is for a tag alone. */
    private void nameFirst(String group) {
        List<Member> members = all.getOrDefault(group, List.of());
        List<Member> those = untagged(group, members);
        String has = members.get(0).model();
        List<Member> front = orders.front(those);
        String takes = (isDrawn ? LiteLlmWeights.first(front, params) : front.get(0)).model();
        if (has.equals(takes)) {
            return;
        }
        draft.swapNames(has, takes);
        orders.swap(has, takes);
        ForeignNode ofFirst = Objects.requireNonNull(params.get(has));
        params.put(has, Objects.requireNonNull(params.get(takes)));
        params.put(takes, ofFirst);
        UnaryOperator<Member> swapped = member -> member.model().equals(has)
                ? new Member(takes, null)
                : member.model().equals(takes) ? new Member(has, null) : member;
        all.values().forEach(some -> some.replaceAll(swapped));
        tagged.values().forEach(some -> some.replaceAll(swapped));
    }

    private DraftModel model(
            ForeignNode deployment,
            ForeignNode params,
            @Nullable ForeignNode info,
            KnownProvider known,
            String provider,
            LiteLlmMode mode) {
        if (mode.embeds()) {
            draft.remark(deployment, "makes embeddings: say its vectorSpace, so that others may stand in for it");
        }
        return new DraftModel(
                provider,
                mode.id(),
                LiteLlmAbilities.context(info),
                mode.embeds() ? null : LiteLlmAbilities.maxOutput(draft, info),
                mode.embeds()
                        ? Set.of("embeddings")
                        : LiteLlmAbilities.of(draft, deployment, info, known, isParted(params)),
                new LiteLlmPrices(
                                draft,
                                info == null ? List.of(params) : List.of(params, info),
                                LiteLlmPrices.alwaysSearches(known, mode.id()))
                        .price(mode.embeds()));
    }
}
