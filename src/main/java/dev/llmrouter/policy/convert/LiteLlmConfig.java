package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.DraftRule;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTask;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file of LiteLLM's proxy as a policy: each group of deployments of one {@code model_name} becomes a tier,
 * with the groups that it falls back to behind it.
 *
 * <p>Format: docs.litellm.ai, pages "Config.yaml" and "Router settings", as of 2026-10-13.
 */
final class LiteLlmConfig {
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    /** Drawn first about once in a million requests: behind all others, under a strategy that draws. */
    private static final BigDecimal LAST = new BigDecimal("0.000001");

    private static final int MAX_ATTEMPTS = 20;
    private static final long MAX_TIMEOUT_MILLIS = 3_600_000;

    private static final Map<String, String> ABILITIES = Map.of(
            "supports_function_calling", "tools",
            "supports_vision", "vision",
            "supports_response_schema", "json-schema",
            "supports_pdf_input", "documents",
            "supports_audio_input", "audio",
            "supports_reasoning", "reasoning",
            "supports_assistant_prefill", "prefill");

    private final PolicyDraft draft;
    private final ForeignNode root;
    private final @Nullable ForeignNode router;
    private final @Nullable ForeignNode settings;
    private final Map<String, List<Member>> groups = new LinkedHashMap<>();
    private final Map<String, List<Member>> tagged = new LinkedHashMap<>();

    private LiteLlmConfig(ForeignNode root, PolicyDraft draft) {
        this.root = root;
        this.draft = draft;
        this.router = root.get("router_settings");
        this.settings = root.get("litellm_settings");
    }

    /** @throws IllegalArgumentException if it has no model that a policy can name */
    static PolicyDraft read(ForeignNode root) {
        PolicyDraft draft = new PolicyDraft();
        new LiteLlmConfig(root, draft).read();
        return draft;
    }

    private void read() {
        ForeignNode list = root.get("model_list");
        if (list == null) {
            throw new IllegalArgumentException("there is no model_list: is this the configuration of LiteLLM's proxy?");
        }
        list.list().forEach(this::deployment);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("no model of the model_list can be called by a policy; see the remarks");
        }
        tiers();
        aliases();
        tags(list);
        baseline(list);
        general();
        root.unread().forEach(rest -> draft.remark(rest, "has no counterpart"));
    }

    private void deployment(ForeignNode deployment) {
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
        String prefix = params.text("custom_llm_provider");
        int slash = called.indexOf('/');
        KnownProvider known = prefix == null ? null : KnownProvider.of(prefix);
        String id = called;
        if (known == null && slash > 0) {
            known = KnownProvider.of(called.substring(0, slash));
            id = known == null ? called : called.substring(slash + 1);
        }
        if (known == null && slash < 0) {
            known = KnownProvider.ofModel(called);
        }
        if (known == null) {
            leaveOut(
                    deployment,
                    "'" + called
                            + "' is called in a way of its own: give its provider a Camel endpoint (endpoint:) by hand");
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
                draft, deployment, known, id, params.get("api_key"), params.get("api_base"), headers, query);
        if (provider == null) {
            deployment.settle();
            return;
        }
        String name =
                draft.model(group, model(deployment, params, info, known, provider, id, "embedding".equals(mode)));
        Member member = new Member(name, weight(params));
        groups.computeIfAbsent(group, any -> new ArrayList<>()).add(member);
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
                perMillion(params, info, "cache_creation_input_token_cost"));
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

    private void tiers() {
        Map<String, List<String>> fallbacks = new LinkedHashMap<>();
        read(fallbacks, setting("fallbacks"));
        read(fallbacks, setting("context_window_fallbacks"));
        ForeignNode last = setting("default_fallbacks");
        List<String> always = new ArrayList<>();
        if (last != null) {
            last.list().forEach(item -> add(always, item.text()));
        }
        groups.forEach((group, members) -> {
            List<Member> behind = new ArrayList<>();
            List<String> names = new ArrayList<>(fallbacks.getOrDefault(group, List.of()));
            names.addAll(always);
            for (String name : names) {
                for (Member member : groups.getOrDefault(name, List.of())) {
                    boolean isThere = members.contains(member)
                            || behind.stream().anyMatch(one -> one.model().equals(member.model()));
                    if (!isThere) {
                        behind.add(member);
                    }
                }
            }
            draft.tier(PolicyDraft.name(group), tier(members, behind));
        });
        ForeignNode content = setting("content_policy_fallbacks");
        if (content != null) {
            draft.remark(content, "a refusal by a filter is told to the caller, and nobody else is asked");
            content.settle();
        }
    }

    private void read(Map<String, List<String>> fallbacks, @Nullable ForeignNode setting) {
        if (setting == null) {
            return;
        }
        for (ForeignNode item : setting.list()) {
            item.all().forEach((group, names) -> {
                List<String> behind = fallbacks.computeIfAbsent(group, any -> new ArrayList<>());
                for (ForeignNode name : names.list()) {
                    String text = name.text();
                    if (text != null && !groups.containsKey(text)) {
                        draft.remark(name, "names '" + text + "', which is no group that could be taken over");
                    }
                    add(behind, text);
                }
            });
        }
    }

    private static void add(List<String> names, @Nullable String name) {
        if (name != null && !names.contains(name)) {
            names.add(name);
        }
    }

    private DraftTier tier(List<Member> members, List<Member> behind) {
        String wished = strategy();
        List<Member> all = new ArrayList<>();
        String strategy;
        if (members.size() == 1) {
            strategy = "failover";
            members.forEach(member -> all.add(new Member(member.model(), null)));
            behind.forEach(member -> all.add(new Member(member.model(), null)));
        } else if (behind.isEmpty() && !wished.equals("weighted")) {
            strategy = wished;
            members.forEach(member -> all.add(new Member(member.model(), null)));
        } else {
            // whatever the wish: only weights keep those behind from being asked first
            strategy = "weighted";
            members.forEach(member ->
                    all.add(new Member(member.model(), member.weight() == null ? BigDecimal.ONE : member.weight())));
            behind.forEach(member -> all.add(new Member(member.model(), LAST)));
        }
        Integer retries = retries();
        return new DraftTier(
                all,
                strategy,
                timeout(),
                retries == null ? null : Math.max(1, Math.min(MAX_ATTEMPTS, 1 + retries + behind.size())));
    }

    private String strategy() {
        ForeignNode setting = router == null ? null : router.get("routing_strategy");
        String name = setting == null ? null : setting.text();
        if (setting == null || name == null || name.equals("simple-shuffle")) {
            return "weighted";
        }
        return switch (name) {
            case "least-busy" -> "least-busy";
            case "latency-based-routing" -> "least-latency";
            case "cost-based-routing" -> "least-cost";
            default -> {
                draft.remark(
                        setting, "'" + name + "' has no counterpart: the models with the fewest requests come first");
                yield "least-busy";
            }
        };
    }

    private @Nullable Integer retries() {
        for (ForeignNode part : parts()) {
            BigDecimal retries = part.number("num_retries");
            if (retries != null) {
                return Math.max(0, Math.min(MAX_ATTEMPTS, retries.intValue()));
            }
        }
        return null;
    }

    private @Nullable Long timeout() {
        for (ForeignNode part : parts()) {
            BigDecimal seconds = part.number("timeout");
            if (seconds == null) {
                seconds = part.number("request_timeout");
            }
            if (seconds != null && seconds.signum() > 0) {
                long millis =
                        seconds.min(BigDecimal.valueOf(3_600)).movePointRight(3).longValue();
                return Math.max(1, Math.min(MAX_TIMEOUT_MILLIS, millis));
            }
        }
        return null;
    }

    private List<ForeignNode> parts() {
        List<ForeignNode> parts = new ArrayList<>();
        if (router != null) {
            parts.add(router);
        }
        if (settings != null) {
            parts.add(settings);
        }
        return parts;
    }

    private @Nullable ForeignNode setting(String name) {
        for (ForeignNode part : parts()) {
            ForeignNode found = part.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private void aliases() {
        ForeignNode aliases = setting("model_group_alias");
        if (aliases == null) {
            return;
        }
        aliases.all().forEach((alias, target) -> {
            String plain = target.text();
            String group = plain == null ? target.text("model") : plain;
            DraftTier tier = group == null ? null : draft.tiers().get(PolicyDraft.name(group));
            if (tier == null || draft.tiers().containsKey(PolicyDraft.name(alias))) {
                draft.remark(target, "the alias names no group that could be taken over, or is one itself");
            } else {
                draft.tier(PolicyDraft.name(alias), tier);
            }
            target.settle();
        });
    }

    private void tags(ForeignNode list) {
        ForeignNode filtering = router == null ? null : router.get("enable_tag_filtering");
        if (tagged.isEmpty()) {
            return;
        }
        if (filtering == null || !"true".equalsIgnoreCase(filtering.text())) {
            draft.remark(
                    list, "tags of deployments say nothing while router_settings.enable_tag_filtering is not true");
            return;
        }
        tagged.forEach((tag, members) -> {
            String tier = PolicyDraft.name("tag-" + tag);
            draft.tier(tier, tier(members, List.of()));
            if (!tag.equals("default")) {
                String task = draft.task(tag, new DraftTask(tier, "Requests with the tag " + tag));
                draft.rule(new DraftRule("tag-" + tag, Map.of(), List.of(tag), task));
                draft.remark(
                        list, "requests with the tag '" + tag + "' are the task '" + task + "' (header x-llm-tags)");
            }
        });
    }

    /** The dearest tier of those whose prices are known, for it is what quality is measured against; else the first. */
    private void baseline(ForeignNode list) {
        String dearest = null;
        BigDecimal most = BigDecimal.valueOf(-1);
        if (draft.tiers().containsKey("tag-default")) {
            dearest = "tag-default";
        } else {
            for (Map.Entry<String, DraftTier> tier : draft.tiers().entrySet()) {
                DraftModel first =
                        draft.models().get(tier.getValue().models().get(0).model());
                if (first == null || first.capabilities().contains("embeddings")) {
                    continue;
                }
                BigDecimal price = first.input() == null || first.output() == null
                        ? BigDecimal.ZERO
                        : first.input().add(first.output());
                if (price.compareTo(most) > 0) {
                    most = price;
                    dearest = tier.getKey();
                }
            }
        }
        if (dearest == null) {
            throw new IllegalArgumentException("there is no model for chat: a policy needs a baseline tier");
        }
        draft.baseline(dearest);
        draft.remark(
                list,
                "callers say model: tier:GROUP for a group of deployments, or auto; what 'auto' does not recognise goes to the"
                        + " baseline, for which '" + dearest + "' was taken: check that it is your best");
    }

    private void general() {
        ForeignNode general = root.get("general_settings");
        ForeignNode master = general == null ? null : general.get("master_key");
        if (master != null) {
            draft.remark(master, "callers' keys are not taken over: make one for each caller with the command 'key'");
        }
        ForeignNode environment = root.get("environment_variables");
        if (environment != null) {
            draft.remark(environment, "set them in the environment of the gateway");
            environment.settle();
        }
        for (String name : List.of("allowed_fails", "cooldown_time", "retry_policy", "allowed_fails_policy")) {
            ForeignNode setting = setting(name);
            if (setting != null) {
                draft.remark(setting, "how long a failing model rests is built in, and by provider under 'breaker'");
                setting.settle();
            }
        }
    }
}
