package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.Audit;
import dev.llmrouter.audit.Destination;
import dev.llmrouter.audit.NetSaving;
import dev.llmrouter.audit.Share;
import dev.llmrouter.audit.routing.QualityGap;
import dev.llmrouter.audit.routing.RoutedDestination;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.record.ledger.LatencyBins;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.report.page.Html;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The sections on what was routed: headline figures, flow, cost over time, destinations. */
final class TrafficSections {
    private final Dashboard data;
    private final Dashboard.Traffic traffic;
    private final StringBuilder out;

    TrafficSections(Dashboard data, Dashboard.Traffic traffic, StringBuilder out) {
        this.data = data;
        this.traffic = traffic;
        this.out = out;
    }

    void write() {
        Audit audit = traffic.audit();
        String window = data.view().window().text();
        if (audit.requests() == 0) {
            out.append("<section><h2>No requests in ")
                    .append(window)
                    .append(
                            "</h2><p>Send one, and it shows here within seconds:</p><pre class=\"scroll\">curl -i <span class=\"origin\">http://HOST:PORT</span>/v1/chat/completions"
                                    + " -H 'Content-Type: application/json' \\\n  -d '{\"model\":\"auto\",\"messages\":[{\"role\":\"user\","
                                    + "\"content\":\"Summarise in two sentences: ...\"}]}'</pre></section>");
            return;
        }
        cards(audit, window);
        out.append("<section><h2>Where requests go</h2><p class=\"soft\"><span class=\"key cheap\"></span>cheaper tiers"
                        + "<span class=\"key premium\"></span>baseline tier ")
                .append(Html.escape(data.policy().baseline()))
                .append("<span class=\"key nobody\"></span>refused, or nobody was chosen")
                .append("</p><div class=\"plot\" tabindex=\"0\" role=\"region\" aria-label=\"Where requests go\">")
                .append(Sankey.of(traffic.flows(), data.policy().baseline()))
                .append("</div></section>");
        CostChart costs = CostChart.of(
                traffic.perSlot(),
                traffic.slots(),
                audit.from(),
                audit.to().plusMillis(1), // it is inclusive
                data.policy().baseline());
        out.append(
                        "<section><h2>Cost over time</h2><p class=\"soft\"><span class=\"key cheap\"></span>cheaper tiers"
                                + "<span class=\"key premium\"></span>baseline tier<span class=\"key dash\"></span>all of it at the baseline"
                                + " tier; times are UTC</p><div class=\"plot\" tabindex=\"0\" role=\"region\" aria-label=\"Cost over time\">")
                .append(costs.chart())
                .append("</div><details class=\"figures\" id=\"cost-figures\"><summary>The same in figures</summary>")
                .append(costs.table())
                .append("</details></section>");
        destinations(audit);
    }

    private void cards(Audit audit, String window) {
        NetSaving saving = audit.saving();
        Double share = saving.share();
        boolean isAll = audit.isSavingOfAll();
        String of = isAll
                ? ""
                : " in place of " + Numbers.usd(saving.costUsd()) + ", counting " + Numbers.count(saving.requests())
                        + " of " + Numbers.count(audit.requests())
                        + " requests: the costs of the others are not known on both sides";
        out.append("<div class=\"cards\">");
        card(
                "Saved",
                share == null ? "not known" : Numbers.usd(saving.netUsd()),
                (share == null
                                ? ""
                                : Numbers.percent(share) + " of what the baseline tier would have cost"
                                        + (isAll ? ", " : " for them, "))
                        + "net: retries, escalations, classification, shadows and judges are paid for; " + window);
        card(
                "Paid",
                Numbers.usd(audit.costUsd()),
                share == null
                        ? "what the baseline tier would have cost is not known"
                        : "the baseline tier would have cost " + Numbers.usd(saving.baselineUsd()) + of);
        card("Requests", Numbers.count(audit.requests()), window);
        long useful =
                audit.destinations().stream().mapToLong(Destination::useful).sum();
        long judged =
                audit.destinations().stream().mapToLong(Destination::judged).sum();
        card(
                "Useful outputs",
                judged == 0
                        ? "not judged"
                        : Numbers.percent(Share.of(useful, judged).mean()),
                judged == 0
                        ? "by feedback (POST /v1/feedback) or the task's verify"
                        : Numbers.interval(Share.of(useful, judged)));
        out.append("</div>");
    }

    private void card(String title, String figure, String note) {
        out.append("<section><h2>")
                .append(title)
                .append("</h2><b>")
                .append(Html.escape(figure))
                .append("</b><span class=\"soft\">")
                .append(Html.escape(note))
                .append("</span></section>");
    }

    private void destinations(Audit audit) {
        out.append(
                "<section><h2>Destinations</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Destinations\"><table><thead><tr><th scope=\"col\">Task"
                        + "<span class=\"sub\">tier</span></th><th scope=\"col\">Requests</th><th scope=\"col\">Cost<span class=\"sub\">at the baseline"
                        + "</span></th><th scope=\"col\">Per useful output<span class=\"sub\">of the task at the baseline</span></th><th scope=\"col\">p50<span class=\"sub\">p95</span></th>"
                        + "<th scope=\"col\" class=\"left\">Quality, 95 % interval<span class=\"sub\">points against the baseline</span></th></tr></thead><tbody>");
        for (Destination each : audit.destinations()) {
            out.append("<tr><th scope=\"row\">")
                    .append(Html.escape(each.task()))
                    .append("<span class=\"sub\">")
                    .append(Html.escape(each.tier()))
                    .append("</span></th><td>")
                    .append(Numbers.count(each.requests()))
                    .append("</td><td>")
                    .append(known(each.costUsd()))
                    .append("<span class=\"sub\">")
                    .append(known(each.baselineCostUsd()))
                    .append("</span></td><td>")
                    .append(perUseful(each));
            Destination baseline = baseline(audit, each);
            if (baseline != null && baseline.costPerUsefulUsd() != null) {
                sub(perUseful(baseline));
            }
            out.append("</td><td>")
                    .append(Numbers.time(each.latency(), LatencyBins.MEDIAN))
                    .append("<span class=\"sub\">")
                    .append(Numbers.time(each.latency(), LatencyBins.SLOW))
                    .append("</span>")
                    .append("</td><td class=\"left wide\">")
                    .append(interval(each.quality()))
                    .append(Numbers.quality(each.quality()));
            against(each);
            out.append("</td></tr>");
        }
        out.append(
                "</tbody></table></div><p class=\"soft\">Per useful output: all costs of the destination by the outputs that"
                        + " feedback or the task's check found useful. Points against the baseline, from live pairs or the"
                        + " evidence, are of the time that <a href=\"#advice\">what to change</a> is worked out from. p50 and p95: half and 95 % of the answers were complete within a time that lies between these two; -: not known, or fewer than "
                        + LatencyBins.LEAST + " answers."
                        + " Tier none: refused, nobody was chosen, or vectors (embeddings). At least: a part of the costs is not known. Machines read the same from <code>audit --json</code>.</p></section>");
    }

    private static String known(@Nullable BigDecimal usd) {
        return usd == null ? "not known" : Numbers.usd(usd);
    }

    private static String perUseful(Destination each) {
        String usd = known(each.costPerUsefulUsd());
        return each.costPerUsefulUsd() != null && each.unknownCosts() > 0 ? "at least " + usd : usd;
    }

    /** The same task at the baseline tier; null if this is it, or the task was not there. */
    private @Nullable Destination baseline(Audit audit, Destination of) {
        return isBaseline(of) || of.tier().equals(LedgerFilter.NONE)
                ? null
                : audit.destinations().stream()
                        .filter(each -> each.task().equals(of.task()) && isBaseline(each))
                        .findFirst()
                        .orElse(null);
    }

    private boolean isBaseline(Destination each) {
        return each.tier().equals(data.policy().baseline());
    }

    /** What the routing audit knows of each model's quality against the baseline. */
    private void against(Destination destination) {
        RoutingAudit routing = data.routing();
        if (routing == null || isBaseline(destination)) {
            return;
        }
        for (RoutedDestination each : routing.destinations()) {
            QualityGap gap = each.gap();
            if (gap != null
                    && each.task().equals(destination.task())
                    && each.tier().equals(destination.tier())) {
                sub(String.format(
                        Locale.ROOT,
                        "%s: %+.1f (%+.1f to %+.1f, %s, n=%,d%s)",
                        each.model(),
                        100 * gap.difference(),
                        100 * gap.low(),
                        100 * gap.high(),
                        gap.source(),
                        gap.n(),
                        gap.isPreference() ? ", preferences" : gap.isWorstCase() ? ", at worst" : ""));
            }
        }
    }

    private void sub(String text) {
        out.append("<span class=\"sub\">").append(Html.escape(text)).append("</span>");
    }

    private static String interval(@Nullable Share share) {
        if (share == null) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "<svg class=\"interval\" viewBox=\"0 0 120 16\" aria-hidden=\"true\"><line x1=\"2\" x2=\"118\" y1=\"8\" y2=\"8\"/>"
                        + "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"8\" y2=\"8\"/><circle cx=\"%.1f\" cy=\"8\" r=\"2.5\"/></svg> ",
                2 + 116 * share.low(),
                2 + 116 * share.high(),
                2 + 116 * share.mean());
    }
}
