package dev.llmrouter.report;

import dev.llmrouter.audit.routing.DriftEvent;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.audit.routing.Savings;
import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.report.page.Block;
import dev.llmrouter.report.page.HtmlPage;
import dev.llmrouter.report.page.Markdown;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The routing audit as a document: verdict and money first, then what to change, then the figures behind it. */
public final class AuditDocument {
    /** Alarms that are said at the top; more of them would hide what stands below. */
    private static final int FEW = 2;

    private final RoutingAudit audit;
    private final List<String> alarms;
    private final String patch;
    private final List<Block> blocks = new ArrayList<>();

    private AuditDocument(RoutingAudit audit, List<String> alarms, String patch) {
        this.audit = audit;
        this.alarms = alarms;
        this.patch = patch;
    }

    /**
     * The document.
     *
     * @param alarms what makes the figures incomplete, in sentences
     * @param patch of the policy with what is recommended; empty if nothing is
     */
    public static List<Block> of(RoutingAudit audit, List<String> alarms, String patch) {
        AuditDocument document = new AuditDocument(audit, alarms, patch);
        document.head();
        document.changes();
        document.blocks.addAll(AuditMoney.savings(audit));
        document.blocks.addAll(AuditDestinations.of(audit));
        document.blocks.addAll(AuditCanaries.of(audit));
        document.drift();
        document.blocks.addAll(AuditMoney.replay(audit));
        document.method();
        document.missing();
        return List.copyOf(document.blocks);
    }

    /** The same as one page that loads nothing and runs no script. */
    public static String html(RoutingAudit audit, List<String> alarms, String patch) {
        return HtmlPage.write("Routing audit", of(audit, alarms, patch));
    }

    /** The same as Markdown. */
    public static String markdown(RoutingAudit audit, List<String> alarms, String patch) {
        return Markdown.write(of(audit, alarms, patch));
    }

    /** The first line: what routing was worth. */
    public static String verdict(RoutingAudit audit) {
        Savings savings = audit.savings();
        if (savings.comparable() == 0) {
            return "No request has both a known cost and a known cost at the baseline, so nothing can be said about savings.";
        }
        BigDecimal net = savings.netUsd();
        String share = savings.premiumUsd().signum() == 0
                ? ""
                : Phrases.format(
                        " (%.1f %% of what always asking the baseline would have cost)",
                        100 * net.abs().doubleValue() / savings.premiumUsd().doubleValue());
        return Phrases.format(
                "Routing %s %s%s, net of classification, retries, escalations, shadows and judges%s.",
                net.signum() < 0 ? "cost" : "saved",
                AuditMoney.dollars(net.abs()) + (net.signum() < 0 ? " more than it saved" : ""),
                share,
                savings.errors() == null
                        ? "; what errors cost is not known"
                        : ", and of errors where their cost is known");
    }

    private void head() {
        int advice = audit.recommendations().size();
        long changes = audit.changes();
        blocks.add(new Block.Heading(1, "Routing audit"));
        audit.warnings().forEach(warning -> blocks.add(new Block.Warning(warning)));
        blocks.add(new Block.Lead(verdict(audit)));
        blocks.add(new Block.Lead(
                changes == 0
                        ? advice == 0 ? nothing() : "No route has to be changed now, but see what to do below."
                        : changes + (changes == 1 ? " route has" : " routes have") + " to be changed: see below."));
        long days = Math.max(
                1, Math.round(Duration.between(audit.from(), audit.to()).toHours() / 24.0));
        blocks.add(new Block.Paragraph(Phrases.format(
                "%s to %s (%,d %s): %,d chat %s, %s USD. Policy %s, owner: %s.",
                Phrases.minute(audit.from()),
                Phrases.minute(audit.to()),
                days,
                Counted.noun(days, "day"),
                audit.requests(),
                Counted.noun(audit.requests(), "request"),
                AuditMoney.usd(audit.costUsd()),
                audit.policy(),
                audit.owner().isEmpty() ? "nobody is named" : audit.owner())));
        if (alarms.size() <= FEW) {
            alarms.forEach(alarm -> blocks.add(new Block.Warning(alarm)));
        } else {
            blocks.add(new Block.Warning(
                    "The figures are incomplete, for " + alarms.size() + " reasons: see what is missing, at the end."));
        }
    }

    /** Rows decide what is to be changed: where many are gone, that they show nothing does not say that nothing is. */
    private String nothing() {
        Instant since = audit.rowsSince();
        if (since == null) {
            return "Nothing has to be done.";
        }
        return since.equals(audit.to())
                ? "What should be changed is not known: no request has a row any more."
                : "Nothing has to be done by the requests since " + Phrases.minute(since)
                        + "; those before have no rows any more.";
    }

    private void changes() {
        if (audit.recommendations().isEmpty()) {
            return;
        }
        blocks.add(new Block.Heading(2, "What to change"));
        blocks.add(new Block.Items(audit.advice()));
        if (!patch.isEmpty()) {
            blocks.add(new Block.Paragraph("As a patch of the policy, for git apply -p0:"));
            blocks.add(new Block.Code(patch));
        }
    }

    private void drift() {
        blocks.add(new Block.Heading(2, "Drift"));
        if (audit.events().isEmpty()) {
            blocks.add(new Block.Paragraph(
                    "Nothing that could be judged has changed in this time, looked at once a week."));
            return;
        }
        blocks.add(new Block.Table(
                List.of("since", "last seen", "what"),
                audit.events().stream()
                        .sorted(Comparator.comparing(DriftEvent::since))
                        .map(event -> List.of(
                                event.since().toString(),
                                event.isOn() ? "still on" : event.lastSeen().toString(),
                                event.text()))
                        .toList()));
    }

    private void missing() {
        if (alarms.size() > FEW) {
            blocks.add(new Block.Heading(2, "What is missing"));
            blocks.add(new Block.Items(alarms));
        }
    }

    private void method() {
        blocks.add(new Block.Heading(2, "Method"));
        blocks.add(new Block.Items(List.of(
                "Useful: the last feedback says so; without feedback, the output passed its check. Wilson's 95 % interval.",
                "Points against the baseline: live are pairs of this time in which this model served and the baseline was"
                        + " asked in shadow, each weighted by one over the probability with which it was drawn (Hájek), 95 %;"
                        + " evidence is what the task's proof says.",
                "Cost of errors: the policy's errorCost times the requests times the points lost; negative where the model is"
                        + " better than the baseline. Not where a judge compared two answers: preferences are no errors. At worst"
                        + " where people scored the answer served: the other one counts as right unless it says the same.",
                "Times are added up in classes that grow by a factor of 1.9: a percentile lies in the same class as the true one.",
                "Known costs only; unknown is never 0. Vectors are not in these figures.",
                "Drift: the last 7 days against the 28 before, and quality of the last 28 against 28 of a quarter before, looked at once a"
                        + " week; at most one year in twenty has a false"
                        + " alarm.")));
    }
}
