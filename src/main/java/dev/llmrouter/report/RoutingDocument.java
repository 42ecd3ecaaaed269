package dev.llmrouter.report;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.Destination;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.report.page.Block;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The routing documentation that a policy and its evidence generate: which task goes where and why, on what proof, what is
 * done when that fails, and when it has to be looked at again. No secret stands in it, and no address of a provider but, where it
 * has changed, its host.
 */
public final class RoutingDocument {
    private final RoutingPolicy policy;
    private final EvidenceCheck evidence;
    private final LocalDate today;
    private final List<Block> blocks = new ArrayList<>();

    private RoutingDocument(RoutingPolicy policy, EvidenceCheck evidence, LocalDate today) {
        this.policy = policy;
        this.evidence = evidence;
        this.today = today;
    }

    /**
     * The document. The same policy and evidence give the same one, until a proof or a waiver expires.
     *
     * @param today decides which proofs and waivers have expired; the date itself is not written
     * @param before an earlier policy, for a chapter on what has changed since; null for none
     */
    public static List<Block> of(
            RoutingPolicy policy, EvidenceCheck evidence, LocalDate today, @Nullable RoutingPolicy before) {
        RoutingDocument document = new RoutingDocument(policy, evidence, today);
        document.head();
        document.overview();
        document.tasks();
        document.rules();
        document.tiers();
        document.models();
        if (before != null) {
            document.changes(before);
        }
        return List.copyOf(document.blocks);
    }

    /** A chapter on what was measured, for the end of the document. @param routing of the same time: says what to change */
    public static List<Block> figures(Audit audit, RoutingAudit routing) {
        List<String> advice = routing.advice();
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Heading(2, "What was measured"));
        blocks.add(
                new Block.Paragraph("From " + Phrases.minute(audit.from()) + " to " + Phrases.minute(audit.to()) + ": "
                        + Phrases.format("%,d", audit.requests()) + " "
                        + Counted.noun(audit.requests(), "request") + ", "
                        + inAll(audit.costUsd())
                        + "; the same tokens at the baseline tier: "
                        + inAll(audit.baselineCostUsd()) + "."));
        List<List<String>> rows = new ArrayList<>();
        for (Destination each : audit.destinations()) {
            rows.add(List.of(
                    each.task(),
                    each.tier(),
                    Phrases.format("%,d", each.requests()),
                    AuditMoney.known(each.costUsd()),
                    AuditMoney.known(each.baselineCostUsd()),
                    AuditMoney.atLeast(each.costPerUsefulUsd(), each.unknownCosts()),
                    each.quality() == null
                            ? "not judged"
                            : Phrases.percent(each.quality().mean()) + " ("
                                    + Phrases.percent(each.quality().low()) + " to "
                                    + Phrases.percent(each.quality().high()) + ", "
                                    + each.quality().n() + " judged)"));
        }
        blocks.add(new Block.Table(
                List.of(
                        "Task",
                        "Tier",
                        "Requests",
                        "Cost, USD",
                        "At the baseline, USD",
                        "USD per useful output",
                        "Useful"),
                rows));
        audit.alarms().forEach(alarm -> blocks.add(new Block.Warning(alarm)));
        routing.warnings().forEach(warning -> blocks.add(new Block.Warning(warning)));
        if (!advice.isEmpty()) {
            blocks.add(new Block.Heading(3, "What to change"));
            blocks.add(new Block.Items(advice));
        }
        return blocks;
    }

    private static String inAll(@Nullable BigDecimal usd) {
        return usd == null ? "an unknown amount" : AuditMoney.usd(usd) + " USD";
    }

    private void head() {
        blocks.add(new Block.Heading(1, "Routing of LLM requests"));
        blocks.add(new Block.Facts(List.of(
                List.of("Owner", policy.owner().isEmpty() ? "nobody is named" : policy.owner()),
                List.of("Policy", policy.hash()),
                List.of("Baseline tier", policy.baseline() + " (quality and savings are measured against it)"),
                List.of("Evidence", mode(policy.evidence())),
                List.of("How a task is recognised", chain(policy.classifier())),
                List.of(
                        "What is not recognised",
                        "goes to tier " + policy.baseline() + ": unsure costs money, never quality"))));
    }

    private static String mode(EvidenceMode mode) {
        return switch (mode) {
            case ENFORCE -> "enforce: a cheaper tier serves a task only while its proof is valid";
            case COLLECT ->
                "collect: a cheaper tier serves a task only while its proof is valid; until then evidence is collected";
            case WARN -> "warn: a cheaper tier serves a task without proof too, and the decision says so";
            case OFF -> "off: proofs are not looked at";
        };
    }

    private static String chain(ClassifierSettings classifier) {
        String steps = classifier.chain().stream()
                .map(step -> switch (step) {
                    case EXPLICIT -> "the task that the caller names";
                    case RULES -> "the rules below, in order";
                    case LEARNED -> "a model learned from the tasks' examples";
                    case EMBEDDING -> "the nearest of the tasks' examples, by vectors";
                    case LLM -> "a language model";
                })
                .collect(Collectors.joining(", then "));
        String own = new TreeMap<>(classifier.thresholds())
                .entrySet().stream()
                        .map(step -> ", for " + lower(step.getKey()) + " at least " + step.getValue())
                        .collect(Collectors.joining());
        return steps + "; at least " + classifier.minConfidence() + " sure" + own;
    }

    private void overview() {
        blocks.add(new Block.Heading(2, "Which task goes where"));
        List<List<String>> rows = new ArrayList<>();
        for (Task task : policy.tasks().values()) {
            rows.add(List.of(
                    task.name(),
                    task.tier(),
                    names(policy.tier(task.tier()).orElseThrow()),
                    new ProofWords(policy, evidence, today).state(task),
                    task.rationale()));
        }
        blocks.add(new Block.Table(List.of("Task", "Tier", "Models, in order", "Evidence", "Why"), rows));
    }

    private static String names(Tier tier) {
        return tier.models().stream().map(Tier.Member::model).collect(Collectors.joining(", "));
    }

    private void tasks() {
        blocks.add(new Block.Heading(2, "Tasks"));
        TaskChapter chapter = new TaskChapter(policy, new ProofWords(policy, evidence, today));
        policy.tasks().values().forEach(task -> blocks.addAll(chapter.of(task)));
    }

    private void rules() {
        if (policy.rules().isEmpty()) {
            return;
        }
        blocks.add(new Block.Heading(2, "Rules"));
        blocks.add(new Block.Paragraph("The first that holds names the task."));
        List<List<String>> rows = new ArrayList<>();
        int number = 1;
        for (Rule rule : policy.rules()) {
            rows.add(List.of(Integer.toString(number++), rule.id(), ConditionWords.of(rule.when()), rule.task()));
        }
        blocks.add(new Block.Table(List.of("No.", "Rule", "Holds when", "Task"), rows));
    }

    private void tiers() {
        blocks.add(new Block.Heading(2, "Tiers and what happens when a model fails"));
        List<List<String>> rows = new ArrayList<>();
        for (Tier tier : policy.tiers().values()) {
            rows.add(List.of(
                    tier.name() + (tier.name().equals(policy.baseline()) ? " (baseline)" : ""),
                    names(tier),
                    strategy(tier),
                    seconds(tier.timeout().toMillis()),
                    Integer.toString(tier.maxAttempts()),
                    trials(tier, needsProof(tier))));
        }
        blocks.add(new Block.Table(
                List.of("Tier", "Models", "Order", "A request may take", "Calls at most", "On trial"), rows));
    }

    private static String strategy(Tier tier) {
        return switch (tier.strategy()) {
            case FAILOVER -> "as named; the next one serves when one fails, is full or rests";
            case WEIGHTED ->
                "at random by weight ("
                        + tier.models().stream()
                                .map(member -> member.model() + " " + plain(member.weight()))
                                .collect(Collectors.joining(", "))
                        + "); another serves when one fails";
            case LEAST_COST -> "the cheapest for the request first; the next one when it fails";
            case LEAST_LATENCY -> "the quickest to its first token first; the next one when it fails";
            case LEAST_BUSY -> "the one with the fewest requests in flight first; the next one when it fails";
        };
    }

    private boolean needsProof(Tier tier) {
        return (policy.evidence() == EvidenceMode.ENFORCE || policy.evidence() == EvidenceMode.COLLECT)
                && !tier.name().equals(policy.baseline())
                && policy.isCheaperThanBaseline(tier);
    }

    private static String trials(Tier tier, boolean isEnforced) {
        List<String> trials = new ArrayList<>();
        if (tier.canary() != null) {
            trials.add(tier.canary().model() + " serves " + plain(tier.canary().percent()) + " % of the traffic"
                    + (isEnforced ? ", once it is proven" : ""));
        }
        if (tier.shadow() != null) {
            trials.add(tier.shadow().model() + " is asked too for "
                    + plain(tier.shadow().percent()) + " % of the traffic, its answers are recorded and not returned");
        }
        return trials.isEmpty() ? "nothing" : String.join("; ", trials);
    }

    static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    static String seconds(long millis) {
        return BigDecimal.valueOf(millis).movePointLeft(3).stripTrailingZeros().toPlainString() + " s";
    }

    private void models() {
        blocks.add(new Block.Heading(2, "Models and prices"));
        blocks.add(new Block.Paragraph("Prices are in USD per million tokens."));
        List<List<String>> rows = new ArrayList<>();
        for (Model model : policy.models().values()) {
            Price price = model.price();
            rows.add(List.of(
                    model.name() + (model.remoteName().equals(model.name()) ? "" : " (" + model.remoteName() + ")"),
                    model.provider(),
                    model.context() == null ? "not stated" : Phrases.format("%,d", model.context()),
                    model.capabilities().isEmpty()
                            ? "text"
                            : model.capabilities().stream()
                                    .sorted()
                                    .map(Capability::key)
                                    .collect(Collectors.joining(", ")),
                    price == null ? "unknown" : price.input().toPlainString(),
                    price == null ? "unknown" : amount(price.cachedInput()),
                    price == null ? "unknown" : price.output().toPlainString(),
                    price == null || price.asOf() == null ? "not stated" : read(price)));
        }
        blocks.add(new Block.Table(
                List.of(
                        "Model",
                        "Provider",
                        "Context, tokens",
                        "Can do",
                        "Input",
                        "Cached input",
                        "Output",
                        "Price read on"),
                rows));
    }

    private static String amount(@Nullable BigDecimal usd) {
        return usd == null ? "unknown" : usd.toPlainString();
    }

    private static String read(Price price) {
        return price.asOf() + (price.source() == null ? "" : ", " + price.source());
    }

    private void changes(RoutingPolicy before) {
        blocks.add(new Block.Heading(2, "What has changed since policy " + before.hash()));
        List<String> changes = PolicyChanges.between(before, policy);
        if (changes.isEmpty()) {
            blocks.add(new Block.Paragraph(
                    "Nothing that decides where a request goes, what is sent, what it costs or what is proven."));
        } else {
            blocks.add(new Block.Items(changes));
        }
    }

    static String lower(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
