package dev.llmrouter.report;

import dev.llmrouter.audit.LatencyText;
import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.routing.EvidenceAge;
import dev.llmrouter.audit.routing.QualityGap;
import dev.llmrouter.audit.routing.RoutedDestination;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.record.ledger.LatencyBins;
import dev.llmrouter.report.page.Block;
import dev.llmrouter.report.page.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The parts of the routing audit that go destination by destination: figures, quality, evidence. */
final class AuditDestinations {
    private final RoutingAudit audit;
    private final List<Block> blocks = new ArrayList<>();

    private AuditDestinations(RoutingAudit audit) {
        this.audit = audit;
    }

    static List<Block> of(RoutingAudit audit) {
        AuditDestinations parts = new AuditDestinations(audit);
        parts.destinations();
        parts.quality();
        parts.times();
        parts.evidence();
        return parts.blocks;
    }

    private void destinations() {
        blocks.add(new Block.Heading(2, "Destinations"));
        List<List<String>> rows = new ArrayList<>();
        for (RoutedDestination each : audit.destinations()) {
            rows.add(List.of(
                    name(each),
                    Phrases.format("%,d", each.requests()),
                    failed(each.failed(), each.requests()),
                    AuditMoney.known(each.costUsd()),
                    AuditMoney.atLeast(each.costPerUsefulUsd(), each.unknownCosts()),
                    each.savings().comparable() == 0
                            ? "not known"
                            : AuditMoney.usd(each.savings().netUsd()),
                    Long.toString(each.drift().size())));
        }
        blocks.add(new Block.Figures(
                List.of(
                        "destination",
                        "requests",
                        "failed",
                        "cost, USD",
                        "USD per useful output",
                        "net saved, USD",
                        "drift events"),
                rows));
    }

    /** Of those that shadows alone were asked for there is no share. */
    private static String failed(long failed, long requests) {
        return failed == 0 || requests == 0
                ? "0"
                : Phrases.format("%,d (%s)", failed, Phrases.percent((double) failed / requests));
    }

    private void times() {
        if (audit.tiers().isEmpty()) {
            return;
        }
        blocks.add(new Block.Heading(2, "Time to the whole answer"));
        blocks.add(new Block.Paragraph(
                "Half (p50) and 95 % (p95) of the answers were complete within a time that lies between these two, in ms; by task and"
                        + " tier, all models of the tier together. '-': not known, or fewer than " + LatencyBins.LEAST
                        + " answers."));
        blocks.add(new Block.Figures(
                List.of("destination", "answers", "p50, ms", "p95, ms"),
                audit.tiers().stream()
                        .map(each -> List.of(
                                each.task() + " at " + each.tier(),
                                each.latency() == null
                                        ? LatencyText.UNKNOWN
                                        : Phrases.format("%,d", each.latency().n()),
                                LatencyText.millis(each.latency(), LatencyBins.MEDIAN),
                                LatencyText.millis(each.latency(), LatencyBins.SLOW)))
                        .toList()));
    }

    private static String name(RoutedDestination each) {
        return each.task() + " at " + each.tier() + ", " + each.model();
    }

    private static String useful(@Nullable Share useful) {
        return useful == null
                ? "not judged"
                : Phrases.format(
                        "%s (%s to %s, n=%,d)",
                        Phrases.percent(useful.mean()),
                        Phrases.percent(useful.low()),
                        Phrases.percent(useful.high()),
                        useful.n());
    }

    private static String gap(@Nullable QualityGap gap) {
        return gap == null
                ? "not compared"
                : Phrases.format(
                        "%s (%s to %s, %s, n=%,d; %s)",
                        Phrases.points(gap.difference()),
                        Phrases.points(gap.low()),
                        Phrases.points(gap.high()),
                        gap.source(),
                        gap.n(),
                        gap.kind());
    }

    private void quality() {
        blocks.add(new Block.Heading(2, "Quality"));
        blocks.add(new Block.Figures(
                List.of("destination", "useful outputs", "points against the baseline"),
                audit.destinations().stream()
                        .map(each -> List.of(name(each), useful(each.useful()), gap(each.gap())))
                        .toList()));
        List<Svg.Row> rows = audit.destinations().stream()
                .filter(each -> each.gap() != null)
                .map(AuditDestinations::row)
                .toList();
        if (!rows.isEmpty()) {
            blocks.add(new Block.Heading(3, "Against the baseline"));
            blocks.add(new Block.Figure(
                    Svg.intervals(rows, "Difference of quality with interval and margin"),
                    "Differences, intervals and margins stand in the table above."));
        }
    }

    private static Svg.Row row(RoutedDestination each) {
        QualityGap gap = Objects.requireNonNull(each.gap());
        double margin = each.margin() == null ? 0 : each.margin().doubleValue();
        String style =
                each.isBelowMargin() && !gap.isWorstCase() ? "fail" : gap.low() > -margin ? "pass" : "inconclusive";
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
}
