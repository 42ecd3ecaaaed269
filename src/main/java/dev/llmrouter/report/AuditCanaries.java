package dev.llmrouter.report;

import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.StratifiedDifference;
import dev.llmrouter.audit.routing.CanaryDifference;
import dev.llmrouter.audit.routing.CanaryTrial;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.report.page.Block;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of the routing audit that says how canaries fare beside the other models of their tiers. */
final class AuditCanaries {
    private AuditCanaries() {}

    static List<Block> of(RoutingAudit audit) {
        if (audit.canaries().isEmpty()) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>();
        for (CanaryTrial trial : audit.canaries()) {
            String name = trial.model() + " at " + trial.tier();
            for (CanaryTrial.OfTask task : trial.tasks()) {
                rows.add(List.of(
                        name + ", " + task.task(),
                        Phrases.format("%,d", task.drawn()),
                        answered(task.answered(), task.drawn()),
                        answered(task.othersAnswered(), task.notDrawn()),
                        useful(task.useful()),
                        useful(task.others()),
                        difference(task.difference()),
                        each(task.costUsd(), task.priced()),
                        each(task.othersUsd(), task.priced()),
                        task.isWorse() ? "worse" : ""));
            }
            rows.add(List.of(
                    name,
                    Phrases.format("%,d", trial.drawn()),
                    answered(trial.answered(), trial.drawn()),
                    answered(trial.othersAnswered(), trial.notDrawn()),
                    "",
                    "",
                    difference(trial.difference()),
                    each(trial.costUsd(), trial.priced()),
                    each(trial.othersUsd(), trial.priced()),
                    trial.state().words()));
        }
        return List.of(
                new Block.Heading(2, "Canaries"),
                new Block.Paragraph(
                        "Beside the other models of the tier, on requests of the same task, policy and time: which"
                                + " one a canary is drawn for is chance. A request counts for who was drawn, whoever answered it at last;"
                                + " 'answered' are those with an output of who was asked first, and what a canary leaves to others keeps it"
                                + " from being acceptable as if it were not useful. An output that failed its check counts as not useful,"
                                + " whoever answered after it. Costs are compared where they are known of as many of both. 99.8 % intervals, those of single tasks wider by their number. What a canary"
                                + " cannot serve (too long, say) the others do, which may make their part the harder one."),
                new Block.Figures(
                        List.of(
                                "canary, task",
                                "drawn",
                                "answered",
                                "others answered",
                                "useful",
                                "others' useful",
                                "points against the others",
                                "USD a request",
                                "others' USD",
                                "verdict"),
                        rows));
    }

    private static String answered(long answers, long requests) {
        return requests == 0 ? "-" : Phrases.format("%,d (%s)", answers, Phrases.percent((double) answers / requests));
    }

    private static String useful(@Nullable Share share) {
        return share == null ? "not judged" : Phrases.format("%s of %,d", Phrases.percent(share.mean()), share.n());
    }

    private static String difference(@Nullable CanaryDifference of) {
        StratifiedDifference difference = of == null ? null : of.useful();
        return difference == null
                ? "not compared"
                : Phrases.format(
                        "%s (%s to %s; -%.1f accepted)",
                        Phrases.points(difference.difference()),
                        Phrases.points(difference.low()),
                        Phrases.points(difference.high()),
                        100 * difference.margin());
    }

    private static String each(BigDecimal usd, long requests) {
        return requests == 0
                ? "not known"
                : AuditMoney.usd(usd.divide(BigDecimal.valueOf(requests), usd.scale() + 6, RoundingMode.HALF_EVEN));
    }
}
