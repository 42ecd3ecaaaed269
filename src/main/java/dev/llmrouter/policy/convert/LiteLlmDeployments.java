package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftHeader;
import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code model_list} of LiteLLM's proxy: each deployment becomes a model of the draft, a member of its group and of its tags. */
final class LiteLlmDeployments {
    private final LiteLlmNames names;
    private final PolicyDraft draft;
    private final LiteLlmParams settings;
    private final Map<String, List<Member>> groups = new LinkedHashMap<>();
    private final Map<String, List<Member>> tagged = new LinkedHashMap<>();
    /** Parameters of each deployment by the name of its model. */
    private final Map<String, ForeignNode> params = new LinkedHashMap<>();

    private LiteLlmDeployments(LiteLlmParams settings, LiteLlmNames names, PolicyDraft draft) {
        this.settings = settings;
        this.names = names;
        this.draft = draft;
    }

    static LiteLlmDeployments of(ForeignNode root, ForeignNode list, LiteLlmNames names, PolicyDraft draft) {
        LiteLlmParams settings = new LiteLlmParams(root, draft);
        LiteLlmDeployments deployments = new LiteLlmDeployments(settings, names, draft);
        list.list().forEach(deployments::read);
        settings.tellUnnamed();
        ForeignNode strategy = LiteLlmTiers.setting(root, "routing_strategy");
        deployments.weigh(strategy == null ? null : strategy.text());
        return deployments;
    }

    /** Models by {@code model_name}, in the order of the file. */
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
        ForeignNode named = params.get("custom_llm_provider");
        String stated = named == null ? null : named.text();
        if (named != null && !named.isSingle()) {
            leaveOut(deployment, "its custom_llm_provider is no single name: left out");
            return;
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
                            + " is called in a way of its own: give its provider a Camel endpoint (endpoint:) by hand");
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
        String provider = DraftDeployment.provider(
                draft,
                deployment,
                asked,
                mode.id(),
                () -> DraftDeployment.secret(draft, known, params.get("api_key")),
                settings.base(params, known),
                headers,
                query);
        if (provider == null) {
            deployment.settle();
            return;
        }
        DraftModel model = model(deployment, params, info, known, provider, mode);
        List<Member> others = groups.computeIfAbsent(group, any -> new ArrayList<>());
        if (others.isEmpty()) {
            names.tell(draft, deployment, group);
        }
        Member member = new Member(name(group, others, model), null);
        this.params.put(member.model(), params);
        LiteLlmTimeouts.read(draft, member.model(), params);
        others.add(member);
        ForeignNode tags = params.get("tags");
        if (tags != null) {
            for (ForeignNode tag : tags.list()) {
                String text = tag.text();
                if (text != null) {
                    tagged.computeIfAbsent(text, any -> new ArrayList<>()).add(member);
                }
            }
        }
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

    /** Where LiteLLM draws, each group is drawn by the same field; a strategy of another kind asks for none. */
    private void weigh(@Nullable String strategy) {
        if (strategy != null && !strategy.equals("simple-shuffle")) {
            return;
        }
        Map<String, Member> weighted = new LinkedHashMap<>();
        groups.replaceAll((group, members) -> {
            List<Member> all = LiteLlmWeights.of(draft, members, params);
            all.forEach(member -> weighted.put(member.model(), member));
            return all;
        });
        tagged.replaceAll((tag, members) -> members.stream()
                .map(member -> weighted.getOrDefault(member.model(), member))
                .toList());
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
                mode.embeds() ? Set.of("embeddings") : LiteLlmAbilities.of(draft, deployment, info, known),
                new LiteLlmPrices(draft, info == null ? List.of(params) : List.of(params, info)).price(mode.embeds()));
    }
}
