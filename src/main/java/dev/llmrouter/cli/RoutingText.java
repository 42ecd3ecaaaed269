package dev.llmrouter.cli;

import dev.llmrouter.audit.StratifiedDifference;
import dev.llmrouter.audit.routing.CanaryTrial;
import dev.llmrouter.audit.routing.Replay;
import dev.llmrouter.audit.routing.ReplayLine;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.report.AuditDocument;
import java.util.Locale;

/** What a routing audit says, for a terminal. */
final class RoutingText {
    private RoutingText() {}

    static String write(RoutingAudit audit) {
        StringBuilder text = new StringBuilder();
        line(text, AuditDocument.verdict(audit));
        audit.warnings().forEach(warning -> line(text, "  - " + warning));
        line(text, "");
        line(text, "What other policies would have cost, USD");
        for (ReplayLine each : audit.replay()) {
            line(
                    text,
                    String.format(
                            Locale.ROOT,
                            "  %-40s %s (billed %s, %,d of %,d requests priced)",
                            each.name(),
                            each.usd().toPlainString(),
                            each.billedUsd().toPlainString(),
                            each.priced(),
                            each.requests()));
        }
        Replay.ASSUMPTIONS.forEach(each -> line(text, "    " + each));
        if (!audit.canaries().isEmpty()) {
            line(text, "");
            line(text, "Canaries beside the other models of their tiers");
            audit.canaries().forEach(each -> line(text, "  " + canary(each)));
        }
        if (!audit.recommendations().isEmpty()) {
            line(text, "");
            line(text, "What to change");
        }
        audit.advice().forEach(each -> line(text, "  - " + each));
        return text.toString();
    }

    private static String canary(CanaryTrial trial) {
        StratifiedDifference by =
                trial.difference() == null ? null : trial.difference().useful();
        return String.format(
                Locale.ROOT,
                "%s at %s: %s; drawn for %,d requests, answered %,d, others asked first %,d of %,d, %s",
                trial.model(),
                trial.tier(),
                trial.state().words(),
                trial.drawn(),
                trial.answered(),
                trial.othersAnswered(),
                trial.notDrawn(),
                by == null
                        ? "not compared, as no outputs of both are judged"
                        : String.format(
                                        Locale.ROOT,
                                        "%+.1f points of useful outputs (%+.1f to %+.1f, %,d judged)",
                                        100 * by.difference(),
                                        100 * by.low(),
                                        100 * by.high(),
                                        by.n())
                                + (trial.priced() == 0 ? "; costs not compared" : ""));
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
