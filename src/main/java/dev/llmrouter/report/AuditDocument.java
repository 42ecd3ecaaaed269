package dev.llmrouter.report;

import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.routing.DriftEvent;
import dev.llmrouter.audit.routing.EvidenceAge;
import dev.llmrouter.audit.routing.QualityGap;
import dev.llmrouter.audit.routing.Recommendation;
import dev.llmrouter.audit.routing.Replay;
import dev.llmrouter.audit.routing.ReplayLine;
import dev.llmrouter.audit.routing.RoutedDestination;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.audit.routing.Savings;
import dev.llmrouter.audit.routing.StaticMix;
import dev.llmrouter.report.page.Block;
import dev.llmrouter.report.page.Html;
import dev.llmrouter.report.page.HtmlPage;
import dev.llmrouter.report.page.Markdown;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The routing audit as a document: verdict and money first, then what to change, then the figures behind it. */
public final class AuditDocument {
    private static final int HEAD_DECIMALS = 2;

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
        document.money();
        document.destinations();
        document.quality();
        document.evidence();
        document.drift();
        document.replay();
        document.method();
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
                dollars(net.abs()) + (net.signum() < 0 ? " more than it saved" : ""),
                share,
                savings.errors() == null
                        ? "; what errors cost is not known"
                        : ", and of errors where their cost is known");
    }

    private void head() {
        int advice = audit.recommendations().size();
        long changes = audit.recommendations().stream()
                .filter(each -> each.tier() != null)
                .count();
        blocks.add(new Block.Heading(1, "Routing audit"));
        blocks.add(new Block.Lead(verdict(audit)));
        blocks.add(new Block.Lead(
                changes == 0
                        ? advice == 0
                                ? "Nothing has to be done."
                                : "No route has to be changed now, but see what to do below."
                        : changes + (changes == 1 ? " route has" : " routes have") + " to be changed: see below."));
        long days = Math.max(
                1, Math.round(Duration.between(audit.from(), audit.to()).toHours() / 24.0));
        blocks.add(new Block.Paragraph(Phrases.format(
                "%s to %s (%,d days): %,d chat requests, %s USD. Policy %s, owner: %s.",
                audit.from(),
                audit.to(),
                days,
                audit.requests(),
                audit.costUsd().toPlainString(),
                audit.policy(),
                audit.owner().isEmpty() ? "nobody is named" : audit.owner())));
        alarms.forEach(alarm -> blocks.add(new Block.Warning(alarm)));
        audit.warnings().forEach(warning -> blocks.add(new Block.Warning(warning)));
    }

    private void changes() {
        if (audit.recommendations().isEmpty()) {
            return;
        }
        blocks.add(new Block.Heading(2, "What to change"));
        blocks.add(new Block.Items(
                audit.recommendations().stream().map(Recommendation::text).toList()));
        if (!patch.isEmpty()) {
            blocks.add(new Block.Paragraph("As a patch of the policy, for git apply -p0:"));
            blocks.add(new Block.Code(patch));
        }
    }

    private void money() {
        Savings all = audit.savings();
        if (all.comparable() == 0) {
            return;
        }
        blocks.add(new Block.Heading(2, "Money"));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("always the baseline, same tokens", usd(all.premiumUsd())));
        rows.add(List.of("saved by cheaper answers", usd(all.grossUsd())));
        rows.add(List.of("less classification", usd(all.classifierUsd().negate())));
        rows.add(List.of("less repeated calls", usd(all.retriesUsd().negate())));
        rows.add(List.of("less escalations", usd(all.escalationsUsd().negate())));
        rows.add(List.of("less shadows and judges", usd(all.comparingUsd().negate())));
        Savings.Errors errors = all.errors();
        rows.add(
                errors == null
                        ? List.of("less the cost of errors", "not known")
                        : List.of(
                                "less the cost of errors (interval)",
                                usd(errors.usd().negate()) + " ("
                                        + usd(errors.highUsd().negate()) + " to "
                                        + usd(errors.lowUsd().negate()) + ")"));
        rows.add(List.of("net", usd(all.netUsd())));
        blocks.add(new Block.Figures(
                List.of(Phrases.format("of %,d requests with both costs known", all.comparable()), "USD"), rows));
        StaticMix mix = audit.mix();
        blocks.add(new Block.Paragraph(
                mix == null
                        ? "Against a static mix of the same cost: not known, because no route below the baseline has a known"
                                + " quality, or none is cheaper."
                        : Phrases.format(
                                "Against a static mix of the same cost, which sends %.1f %% of each task to the baseline at"
                                        + " random: routing lost %.2f points of quality against always asking the baseline,"
                                        + " the mix would have lost %.2f, on the %,d requests of tasks whose loss is known."
                                        + " The loss of a task is taken to be the same for all of its requests.",
                                100 * mix.premiumShare(),
                                100 * mix.routedLoss(),
                                100 * mix.mixedLoss(),
                                mix.requests())));
    }

    private void destinations() {
        blocks.add(new Block.Heading(2, "Destinations"));
        List<List<String>> rows = new ArrayList<>();
        for (RoutedDestination each : audit.destinations()) {
            Share useful = each.useful();
            rows.add(List.of(
                    each.task() + " at " + each.tier() + ", " + each.model(),
                    Phrases.format("%,d", each.requests()),
                    usd(each.costUsd()),
                    each.costPerUsefulUsd() == null ? "not known" : usd(each.costPerUsefulUsd()),
                    each.savings().comparable() == 0
                            ? "not known"
                            : usd(each.savings().netUsd()),
                    useful == null
                            ? "not judged"
                            : Phrases.format(
                                    "%s (%s to %s, n=%,d)",
                                    Phrases.percent(useful.mean()),
                                    Phrases.percent(useful.low()),
                                    Phrases.percent(useful.high()),
                                    useful.n()),
                    gap(each.gap()),
                    Long.toString(each.drift().size())));
        }
        blocks.add(new Block.Figures(
                List.of(
                        "destination",
                        "requests",
                        "cost, USD",
                        "USD per useful output",
                        "net saved, USD",
                        "useful",
                        "points against the baseline",
                        "drift events"),
                rows));
    }

    private static String gap(@Nullable QualityGap gap) {
        return gap == null
                ? "not compared"
                : Phrases.format(
                        "%s (%s to %s, %s, n=%,d)",
                        Phrases.points(gap.difference()),
                        Phrases.points(gap.low()),
                        Phrases.points(gap.high()),
                        gap.source(),
                        gap.n());
    }

    private void quality() {
        List<Svg.Row> rows = audit.destinations().stream()
                .filter(each -> each.gap() != null)
                .map(AuditDocument::row)
                .toList();
        if (!rows.isEmpty()) {
            blocks.add(new Block.Heading(2, "Quality against the baseline"));
            blocks.add(new Block.Figure(
                    Svg.intervals(rows, "Difference of quality with interval and margin"),
                    "Differences, intervals and margins stand in the table above."));
        }
    }

    private static Svg.Row row(RoutedDestination each) {
        QualityGap gap = Objects.requireNonNull(each.gap());
        double margin = each.margin() == null ? 0 : each.margin().doubleValue();
        String style = each.isBelowMargin() ? "fail" : gap.low() > -margin ? "pass" : "inconclusive";
        return new Svg.Row(
                Html.escape(each.task() + ": " + each.model()), gap.low(), gap.difference(), gap.high(), margin, style);
    }

    private void evidence() {
        List<List<String>> rows = audit.destinations().stream()
                .filter(each -> !each.evidence().state().equals("not-needed"))
                .map(each -> List.of(each.task(), each.model(), age(each.evidence())))
                .distinct()
                .toList();
        if (!rows.isEmpty()) {
            blocks.add(new Block.Heading(2, "Evidence"));
            blocks.add(new Block.Table(List.of("task", "served by", "evidence"), rows));
        }
    }

    /** State, age and end, in words. */
    static String age(EvidenceAge age) {
        StringBuilder text = new StringBuilder(age.state());
        if (age.accepted() != null && age.ageDays() != null) {
            text.append(Phrases.format(", accepted on %s (%,d days ago)", age.accepted(), age.ageDays()));
        }
        if (age.until() != null && age.daysLeft() != null) {
            text.append(
                    age.daysLeft() < 0
                            ? Phrases.format(", ended on %s", age.until())
                            : Phrases.format(", until %s (%,d days left)", age.until(), age.daysLeft()));
        }
        return text.toString();
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

    private void replay() {
        blocks.add(new Block.Heading(2, "What other policies would have cost"));
        List<List<String>> rows = new ArrayList<>();
        for (ReplayLine line : audit.replay()) {
            rows.add(List.of(
                    line.name(),
                    usd(line.usd()),
                    usd(line.billedUsd()),
                    line.billedUsd().signum() == 0
                            ? "not known"
                            : Phrases.format(
                                    "%+.1f %%",
                                    100
                                            * (line.usd().doubleValue()
                                                            / line.billedUsd().doubleValue()
                                                    - 1)),
                    line.priced() == 0 ? "" : Phrases.percent((double) line.premium() / line.priced()),
                    Phrases.format("%,d of %,d", line.priced(), line.requests())));
        }
        blocks.add(new Block.Figures(
                List.of("policy", "USD", "billed, USD", "change", "at its baseline tier", "requests priced"), rows));
        blocks.add(new Block.Items(Replay.ASSUMPTIONS));
    }

    private void method() {
        blocks.add(new Block.Heading(2, "Method"));
        blocks.add(new Block.Items(List.of(
                "Useful: the last feedback says so; without feedback, the output passed its check. Wilson's 95 % interval.",
                "Points against the baseline: live are pairs of this time in which this model served and the baseline was"
                        + " asked in shadow, each weighted by one over the probability with which it was drawn (Hájek), 95 %;"
                        + " evidence is what the task's proof says.",
                "Cost of errors: the policy's errorCost times the requests times the points lost; negative where the model is"
                        + " better than the baseline.",
                "Known costs only; unknown is never 0. Vectors are not in these figures.",
                "Drift: the last 7 days against the 28 before, looked at once a week; at most one year in twenty has a false"
                        + " alarm.")));
    }

    private static String dollars(BigDecimal usd) {
        return usd.compareTo(BigDecimal.ONE) < 0
                ? usd(usd) + " USD"
                : Phrases.format("%,.2f USD", usd.setScale(HEAD_DECIMALS, RoundingMode.HALF_EVEN));
    }

    /** With four significant digits below one, cents above it. */
    private static String usd(BigDecimal usd) {
        BigDecimal size = usd.abs();
        if (size.signum() == 0) {
            return "0";
        }
        return size.compareTo(BigDecimal.ONE) >= 0
                ? Phrases.format("%,.2f", usd)
                : usd.round(new java.math.MathContext(4, RoundingMode.HALF_EVEN))
                        .stripTrailingZeros()
                        .toPlainString();
    }
}
