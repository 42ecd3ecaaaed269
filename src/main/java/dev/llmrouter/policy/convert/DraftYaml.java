package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.DraftModel;
import dev.llmrouter.policy.convert.PolicyDraft.DraftPrice;
import dev.llmrouter.policy.convert.PolicyDraft.DraftProvider;
import dev.llmrouter.policy.convert.PolicyDraft.DraftRule;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTask;
import dev.llmrouter.policy.convert.PolicyDraft.DraftTier;
import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A draft as the YAML of a policy. */
final class DraftYaml {
    private final StringBuilder out = new StringBuilder();
    private final LocalDate day;

    private DraftYaml(LocalDate day) {
        this.day = day;
    }

    /**
     * @param source where it comes from, for the comment at the top
     * @param day on which it was converted: the date of its prices
     */
    static String of(PolicyDraft draft, String source, LocalDate day) {
        DraftYaml yaml = new DraftYaml(day);
        yaml.write(draft, source);
        return yaml.out.toString();
    }

    private void write(PolicyDraft draft, String source) {
        line("# Converted from " + source.replaceAll("\\p{Cntrl}", "?") + " on " + day + ".");
        line(
                "# A person has to say: which tier is the baseline, why each task's tier is good enough, and unknown prices.");
        line("version: 1");
        line("owner: " + quoted("imported from " + source));
        line("baseline: " + quoted(Objects.requireNonNull(draft.baseline())));
        evidence(draft);
        line("providers:");
        Map<DraftKey, String> variables = draft.variables();
        draft.providers().forEach((name, provider) -> provider(name, provider, variables));
        line("models:");
        draft.models().forEach((name, model) -> model(name, model, draft.timeouts(name)));
        line("tiers:");
        draft.tiers().forEach((name, tier) -> tier(name, tier, draft.requestMillis(tier)));
        if (!draft.tasks().isEmpty()) {
            line("tasks:");
            draft.tasks().forEach(this::task);
        }
        if (!draft.rules().isEmpty()) {
            line("rules:");
            draft.rules().forEach(this::rule);
        }
    }

    private void evidence(PolicyDraft draft) {
        boolean isUndecided = !draft.undecided().isEmpty();
        boolean isParted = !draft.parted().isEmpty();
        if (isUndecided) {
            line("# Which tiers cost less than the baseline is not known: state the prices.");
        }
        if (isParted) {
            line(
                    "# With enforce the baseline serves requests of these tasks until their tiers are proven; with warn it serves those");
            line("# that their tier cannot. Who must never get there: a key with tiers: [NAME], or model: tier:NAME.");
        }
        line(isUndecided || isParted ? "evidence: warn" : "evidence: enforce");
    }

    private void provider(String name, DraftProvider provider, Map<DraftKey, String> variables) {
        line("  " + quoted(name) + ":");
        line("    protocol: " + provider.protocol());
        if (provider.baseUrl() != null) {
            line("    baseUrl: " + quoted(provider.baseUrl()));
        }
        if (provider.apiKey() != null) {
            line("    apiKey: " + quoted("{{env:" + variables.get(provider.apiKey()) + "}}"));
        }
        if (provider.apiKeyHeader() != null) {
            line("    apiKeyHeader: " + provider.apiKeyHeader());
        }
        if (!provider.headers().isEmpty()) {
            Map<String, String> headers = new LinkedHashMap<>();
            provider.headers().forEach((header, value) -> headers.put(header, value.inPolicy(variables)));
            line("    headers: " + mapping(headers));
        }
        if (!provider.query().isEmpty()) {
            line("    query: " + mapping(provider.query()));
        }
    }

    private void model(String name, DraftModel model, DraftTimeouts timeouts) {
        line("  " + quoted(name) + ":");
        line("    provider: " + quoted(model.provider()));
        if (!model.id().equals(name)) {
            line("    id: " + quoted(model.id()));
        }
        if (model.context() != null) {
            line("    context: " + model.context());
        }
        if (model.maxOutput() != null) {
            line("    maxOutput: " + model.maxOutput());
        }
        if (!model.capabilities().isEmpty()) {
            line("    capabilities: [" + String.join(", ", model.capabilities()) + "]");
        }
        if (!timeouts.isDefault()) {
            line("    timeouts: " + limits(timeouts));
        }
        DraftPrice known = model.price();
        if (known == null || known.isPartial()) {
            line("    price: unknown");
            return;
        }
        List<String> price = new ArrayList<>();
        price.add("input: " + plain(known.input()));
        if (known.cachedInput() != null) {
            price.add("cachedInput: " + plain(known.cachedInput()));
        }
        if (known.cacheWrite() != null) {
            price.add("cacheWrite: " + plain(known.cacheWrite()));
        }
        if (known.cacheWriteHour() != null) {
            price.add("cacheWriteHour: " + plain(known.cacheWriteHour()));
        }
        price.add("output: " + plain(known.output()));
        if (known.upTo() != null) {
            price.add("upTo: " + known.upTo());
        }
        if (known.batch() != null) {
            price.add("batch: " + plain(known.batch()));
        }
        price.add("asOf: " + day);
        line("    price: { " + String.join(", ", price) + " }");
    }

    private static String limits(DraftTimeouts timeouts) {
        List<String> limits = new ArrayList<>();
        if (timeouts.headersMillis() != null) {
            limits.add("headers: " + timeouts.headersMillis() + "ms");
        }
        if (timeouts.firstTokenMillis() != null) {
            limits.add("firstToken: " + timeouts.firstTokenMillis() + "ms");
        }
        return "{ " + String.join(", ", limits) + " }";
    }

    private void tier(String name, DraftTier tier, @Nullable Long timeoutMillis) {
        line("  " + quoted(name) + ":");
        List<String> members = new ArrayList<>();
        for (Member member : tier.models()) {
            members.add(
                    member.weight() == null
                            ? quoted(member.model())
                            : "{ model: " + quoted(member.model()) + ", weight: " + plain(member.weight()) + " }");
        }
        line("    models: [" + String.join(", ", members) + "]");
        line("    strategy: " + tier.strategy());
        if (timeoutMillis != null) {
            line("    timeout: " + timeoutMillis + "ms");
        }
        if (tier.maxAttempts() != null) {
            line("    maxAttempts: " + tier.maxAttempts());
        }
    }

    private void task(String name, DraftTask task) {
        line("  " + quoted(name) + ":");
        line("    tier: " + quoted(task.tier()));
        line("    description: " + quoted(task.description()));
        line("    # rationale: why is this tier good enough?");
    }

    private void rule(DraftRule rule) {
        List<String> when = new ArrayList<>();
        if (!rule.metadata().isEmpty()) {
            when.add("metadata: " + mapping(rule.metadata()));
        }
        if (!rule.tags().isEmpty()) {
            when.add("tags: ["
                    + String.join(
                            ", ", rule.tags().stream().map(DraftYaml::quoted).toList()) + "]");
        }
        line("  - { id: " + quoted(rule.id()) + ", when: { " + String.join(", ", when) + " }, task: "
                + quoted(rule.task()) + " }");
    }

    private static String mapping(Map<String, String> map) {
        List<String> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(quoted(key) + ": " + quoted(value)));
        return "{ " + String.join(", ", entries) + " }";
    }

    private static String plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
    }

    /** In double quotes, whatever it is: text of another file is never YAML. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < 32 || c == 127 || c > 126 && c < 160 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
