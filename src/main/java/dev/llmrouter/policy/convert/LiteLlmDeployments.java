package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code model_list} of LiteLLM's proxy: each deployment becomes a model of the draft, a member of its group and of its tags. */
final class LiteLlmDeployments {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private static final Map<String, String> ABILITIES = Map.of(
            "supports_function_calling", "tools",
            "supports_vision", "vision",
            "supports_response_schema", "json-schema",
            "supports_pdf_input", "documents",
            "supports_audio_input", "audio",
            "supports_reasoning", "reasoning",
            "supports_assistant_prefill", "prefill");

    private final LiteLlmNames names;
    private final PolicyDraft draft;
    private final Map<String, List<Member>> groups = new LinkedHashMap<>();
    private final Map<String, List<Member>> tagged = new LinkedHashMap<>();

    private LiteLlmDeployments(LiteLlmNames names, PolicyDraft draft) {
        this.names = names;
        this.draft = draft;
    }

    static LiteLlmDeployments of(ForeignNode list, LiteLlmNames names, PolicyDraft draft) {
        LiteLlmDeployments deployments = new LiteLlmDeployments(names, draft);
        list.list().forEach(deployments::read);
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
        ForeignNode params = deployment.get("litellm_params");
        String called = params == null ? null : params.text("model");
        if (group == null || params == null || called == null) {
            draft.remark(deployment, "has no model_name or no litellm_params.model: left out");
            deployment.settle();
            return;
        }
        ForeignNode info = deployment.get("model_info");
        String mode = info == null ? null : info.text("mode");
        if (group.contains("*") || called.contains("*")) {
            leaveOut(deployment, "stands for any model: name each model that callers may have");
            return;
        }
        if (mode != null && !mode.equals("chat") && !mode.equals("embedding") && !mode.equals("responses")) {
            leaveOut(deployment, "is for " + mode + ", which is out of scope");
            return;
        }
        ForeignNode named = params.get("custom_llm_provider");
        String stated = named == null ? null : named.text();
        if (named != null && !named.isSingle()) {
            leaveOut(deployment, "its custom_llm_provider is no single name: left out");
            return;
        }
        int slash = called.indexOf('/');
        KnownProvider known = known(stated, called);
        String id = stated == null ? called.substring(slash + 1) : called;
        if (known == null) {
            leaveOut(
                    deployment,
                    "'" + called + "'" + (stated == null ? "" : " of '" + stated + "'")
                            + " is called in a way of its own: give its provider a Camel endpoint (endpoint:) by hand");
            return;
        }
        Map<String, String> query = new LinkedHashMap<>();
        String version = params.text("api_version");
        if (version != null && known.isAzure()) {
            query.put("api-version", version);
        }
        Map<String, String> headers = DraftDeployment.headers(draft, params.get("extra_headers"));
        ForeignNode organization = params.get("organization");
        String org = organization == null ? null : DraftDeployment.value(organization);
        if (org != null) {
            headers.put("OpenAI-Organization", org);
        }
        String provider = DraftDeployment.provider(
                draft,
                deployment,
                known,
                id,
                () -> DraftDeployment.secret(draft, known, params.get("api_key")),
                params.get("api_base"),
                headers,
                query);
        if (provider == null) {
            deployment.settle();
            return;
        }
        DraftModel model = model(deployment, params, info, known, provider, id, "embedding".equals(mode));
        List<Member> others = groups.computeIfAbsent(group, any -> new ArrayList<>());
        if (others.isEmpty()) {
            names.tell(draft, deployment, group);
        }
        Member member = new Member(name(group, others, model), weight(params));
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

    private static @Nullable BigDecimal weight(ForeignNode params) {
        for (String name : List.of("weight", "rpm", "tpm")) {
            BigDecimal weight = params.number(name);
            if (weight != null && weight.signum() > 0) {
                return weight.min(MILLION);
            }
        }
        return null;
    }

    private DraftModel model(
            ForeignNode deployment,
            ForeignNode params,
            @Nullable ForeignNode info,
            KnownProvider known,
            String provider,
            String id,
            boolean embeds) {
        Set<String> capabilities = new TreeSet<>();
        if (embeds) {
            capabilities.add("embeddings");
            draft.remark(deployment, "makes embeddings: say its vectorSpace, so that others may stand in for it");
        } else {
            ABILITIES.forEach((setting, capability) -> {
                if (info != null && info.isTrue(setting)) {
                    capabilities.add(capability);
                }
            });
            if (capabilities.contains("json-schema")) {
                capabilities.add("json-object");
            }
            if (capabilities.isEmpty()) {
                capabilities.addAll(DraftDeployment.usual(known));
                draft.remark(
                        deployment, "says nothing of what it can do: assumed are " + String.join(", ", capabilities));
            }
        }
        String output = whole(info, "max_output_tokens");
        String input = whole(info, "max_input_tokens");
        return new DraftModel(
                provider,
                id,
                input != null ? input : whole(info, "max_tokens"),
                input != null ? output : null,
                capabilities,
                perMillion(params, info, "input_cost_per_token"),
                embeds ? BigDecimal.ZERO : perMillion(params, info, "output_cost_per_token"),
                perMillion(params, info, "cache_read_input_token_cost"),
                perMillion(params, info, "cache_creation_input_token_cost"),
                perMillion(params, info, "cache_creation_input_token_cost_above_1hr"));
    }

    private static @Nullable String whole(@Nullable ForeignNode info, String name) {
        BigDecimal number = info == null ? null : info.number(name);
        return number == null
                        || number.signum() <= 0
                        || number.stripTrailingZeros().scale() > 0
                        || number.compareTo(BigDecimal.valueOf(100_000_000)) > 0
                ? null
                : number.toBigIntegerExact().toString();
    }

    private static @Nullable BigDecimal perMillion(ForeignNode params, @Nullable ForeignNode info, String name) {
        BigDecimal price = params.number(name);
        BigDecimal noted = info == null ? null : info.number(name);
        BigDecimal token = price != null ? price : noted;
        return token == null || token.signum() < 0 || token.compareTo(new BigDecimal("0.1")) > 0
                ? null
                : token.multiply(MILLION);
    }
}
