package dev.llmrouter.audit;

import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.record.ledger.LatencyBins;
import java.math.BigDecimal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes an audit as a table for people. */
public final class AuditText {
    private static final String ROW = "%-24s %-12s %10s %8s %16s %16s %15s %18s %24s  %s%n";

    private AuditText() {}

    /** What was saved, in a sentence: of the requests of which both costs are known. */
    static String saving(Audit audit) {
        NetSaving saving = audit.saving();
        Double share = saving.share();
        if (share == null) {
            return "No request has both a known cost and a known cost at the baseline, so nothing can be said about savings.";
        }
        return (saving.netUsd().signum() < 0 ? "Lost " : "Saved ")
                + saving.netUsd().abs().toPlainString() + " USD (" + Audit.percent(Math.abs(share)) + "): "
                + Counted.of(saving.requests(), "request") + " of which both costs are known cost "
                + saving.costUsd().toPlainString()
                + " USD, at the baseline tier " + saving.baselineUsd().toPlainString() + " USD; comparing took "
                + saving.comparingUsd().toPlainString() + " USD";
    }

    /** The audit in lines. */
    public static String write(Audit audit) {
        StringBuilder text = new StringBuilder();
        text.append("From ")
                .append(audit.from())
                .append(" to ")
                .append(audit.to())
                .append(System.lineSeparator());
        text.append(Counted.of(audit.requests(), "request"))
                .append(audit.requests() == 1 ? " costs " : " cost ")
                .append(inAll(audit.costUsd()))
                .append("; at the baseline tier ")
                .append(inAll(audit.baselineCostUsd()))
                .append(System.lineSeparator());
        text.append(saving(audit)).append(System.lineSeparator());
        if (!audit.destinations().isEmpty()) {
            text.append(System.lineSeparator());
            row(
                    text,
                    "task",
                    "tier",
                    "requests",
                    "failed",
                    "cost USD",
                    "baseline USD",
                    "useful/judged",
                    "USD per useful",
                    "p50/p95 s",
                    "quality");
        }
        for (Destination each : audit.destinations()) {
            row(
                    text,
                    each.task(),
                    each.tier(),
                    Long.toString(each.requests()),
                    Long.toString(each.failed()),
                    money(each.costUsd()),
                    money(each.baselineCostUsd()),
                    each.useful() + "/" + each.judged(),
                    perUseful(each),
                    latency(each.latency()),
                    quality(each.quality()));
        }
        lines(text, "Alarms", audit.alarms());
        return text.toString();
    }

    private static void row(StringBuilder text, Object... cells) {
        text.append(String.format(Locale.ROOT, ROW, cells));
    }

    private static String inAll(@Nullable BigDecimal usd) {
        return usd == null ? "an unknown amount" : usd.toPlainString() + " USD";
    }

    private static String money(@Nullable BigDecimal usd) {
        return usd == null ? "-" : usd.toPlainString();
    }

    /** Of a cost of which a part is not known: at least this. */
    private static String perUseful(Destination each) {
        String usd = money(each.costPerUsefulUsd());
        return each.costPerUsefulUsd() != null && each.unknownCosts() > 0 ? ">=" + usd : usd;
    }

    private static String latency(@Nullable LatencyBins latency) {
        String median = LatencyText.seconds(latency, LatencyBins.MEDIAN);
        return median.equals(LatencyText.UNKNOWN)
                ? median
                : (median + "/" + LatencyText.seconds(latency, LatencyBins.SLOW))
                        .replace("under ", "<")
                        .replace("over ", ">");
    }

    private static String quality(@Nullable Share quality) {
        return quality == null
                ? "not judged"
                : Audit.percent(quality.mean()) + " (" + Audit.percent(quality.low()) + " to "
                        + Audit.percent(quality.high()) + ")";
    }

    private static void lines(StringBuilder text, String title, Iterable<String> sentences) {
        boolean first = true;
        for (String sentence : sentences) {
            if (first) {
                text.append(System.lineSeparator()).append(title).append(System.lineSeparator());
                first = false;
            }
            text.append("  - ").append(sentence).append(System.lineSeparator());
        }
    }
}
