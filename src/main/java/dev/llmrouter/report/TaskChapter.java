package dev.llmrouter.report;

import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import dev.llmrouter.report.page.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The chapter on one task in the routing documentation. */
final class TaskChapter {
    private final RoutingPolicy policy;
    private final ProofWords proofs;

    TaskChapter(RoutingPolicy policy, ProofWords proofs) {
        this.policy = policy;
        this.proofs = proofs;
    }

    List<Block> of(Task task) {
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Block.Heading(3, task.name()));
        blocks.add(new Block.Paragraph(task.description()));
        if (task.rationale().isBlank()) {
            blocks.add(new Block.Warning("Nobody has said why: the task has no rationale."));
        }
        boolean isBaseline = task.tier().equals(policy.baseline());
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("Why", task.rationale()));
        facts.add(List.of(
                "Served by",
                "tier " + task.tier() + ": " + order(policy.tier(task.tier()).orElseThrow())));
        if (!isBaseline) {
            facts.add(List.of("Evidence", proofs.state(task)));
        }
        if (!task.premiumWhen().isEmpty()) {
            facts.add(List.of(
                    "Served by tier " + policy.baseline() + " when",
                    task.premiumWhen().stream().map(ConditionWords::of).collect(Collectors.joining("; or "))));
        }
        if (task.gate() != null && !isBaseline) {
            facts.add(List.of("Served by tier " + policy.baseline() + " as too hard when", tooHard(task.gate())));
        }
        facts.add(List.of("Recognised by", recognised(task)));
        if (task.margin() != null) {
            facts.add(List.of(
                    "Acceptable loss of quality",
                    Phrases.percent(task.margin().doubleValue()) + " of outputs against the baseline"));
        }
        if (task.errorCost() != null) {
            facts.add(
                    List.of("One wrong output costs", task.errorCost().toPlainString() + " USD, as the policy states"));
        }
        Verify verify = task.verify();
        if (verify != null) {
            facts.add(List.of("A usable output", usable(verify)));
            facts.add(List.of("An output that is not usable", consequence(verify)));
        }
        facts.add(List.of("To be looked at again when", review(task)));
        blocks.add(new Block.Facts(facts));
        if (!isBaseline) {
            blocks.add(new Block.Items(proofs.details(task)));
        }
        return blocks;
    }

    private static String order(Tier tier) {
        List<String> models = tier.models().stream().map(Tier.Member::model).toList();
        if (models.size() == 1) {
            return models.get(0) + " alone";
        }
        return switch (tier.strategy()) {
            case FAILOVER -> String.join(", then ", models);
            case WEIGHTED, LEAST_COST, LEAST_LATENCY, LEAST_BUSY ->
                "one of " + String.join(", ", models) + " (" + RoutingDocument.lower(tier.strategy()) + ")";
        };
    }

    private static String tooHard(Task.Gate gate) {
        return "the difficulty gate " + gate.file() + " scores the input above "
                + (gate.threshold() == null
                        ? "the threshold that was proved in training"
                        : gate.threshold().toPlainString())
                + "; always while that file cannot be read or is about other models";
    }

    private String recognised(Task task) {
        List<String> ways = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            if (rule.task().equals(task.name())) {
                ways.add("rule " + rule.id() + " (" + ConditionWords.of(rule.when()) + ")");
            }
        }
        if (task.examples() != null) {
            ways.add("likeness to the examples in " + task.examples());
        }
        ways.add("its name (model task:" + task.name() + ", or the header x-llm-task)");
        return String.join("; ", ways);
    }

    private static String usable(Verify verify) {
        List<String> parts = new ArrayList<>();
        if (!verify.oneOf().isEmpty()) {
            parts.add("is one of " + String.join(", ", verify.oneOf()));
        }
        if (verify.jsonSchema() != null) {
            parts.add("is JSON that fits the task's schema");
        } else if (verify.json()) {
            parts.add("is JSON");
        }
        if (verify.regex() != null) {
            parts.add("fits " + verify.regex());
        }
        if (verify.minLength() > 0) {
            parts.add("has at least " + verify.minLength() + " characters");
        }
        if (verify.maxLength() != null) {
            parts.add("has at most " + verify.maxLength() + " characters");
        }
        if (verify.noRefusal()) {
            parts.add("is no refusal");
        }
        CrossCheck asked = verify.crossCheck();
        if (asked != null) {
            if (asked.bean() != null) {
                parts.add("passes the check '" + asked.bean() + "'");
            }
            if (asked.samples() != null) {
                parts.add("is what its model says again, " + asked.samples().count() + " times in all");
            }
            if (asked.second() != null) {
                parts.add("is what model " + asked.second().model() + " says as well");
            }
            if (asked.judge() != null) {
                parts.add("is graded at least " + asked.judge().least() + " by model "
                        + asked.judge().model());
            }
        }
        return parts.isEmpty() ? "is anything" : String.join(" and ", parts);
    }

    private String consequence(Verify verify) {
        return switch (verify.onFailure()) {
            case ESCALATE -> "is replaced by one of tier " + policy.baseline();
            case FAIL -> "is an error for the caller";
            case RECORD -> "is returned and recorded as such";
        };
    }

    private static String review(Task task) {
        Task.Review review = task.review();
        if (review == null) {
            return "the policy states no thresholds";
        }
        List<String> parts = new ArrayList<>();
        if (review.qualityDrop() != null) {
            parts.add("quality falls by " + Phrases.percent(review.qualityDrop().doubleValue()) + " of outputs");
        }
        if (review.costRise() != null) {
            parts.add("cost per request rises by "
                    + Phrases.percent(review.costRise().doubleValue()));
        }
        String joined = parts.isEmpty() ? "the policy states no thresholds" : String.join(" or ", parts);
        return joined
                + (review.minPerWeek() == null
                        ? ""
                        : Phrases.format(" (judged from %,d requests a week)", review.minPerWeek()))
                + (review.onDrift() == Task.OnDrift.PREMIUM
                        ? "; an alarm of quality sends the task to the baseline tier until it is validated again"
                        : "");
    }
}
