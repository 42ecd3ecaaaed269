package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.routing.Recommendation;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.report.page.Html;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the routing audit recommends, whatever time and caller the reader looks at: advice is about the policy. */
final class AdviceSection {
    private final @Nullable RoutingAudit audit;
    private final Instant now;
    private final @Nullable String task;
    private final StringBuilder out;

    /**
     * @param audit null while it is not known
     * @param task only what is about this one, or about all; null for everything
     */
    AdviceSection(@Nullable RoutingAudit audit, Instant now, @Nullable String task, StringBuilder out) {
        this.audit = audit;
        this.now = now;
        this.task = task;
        this.out = out;
    }

    void write() {
        out.append("<section id=\"advice\"><h2>What to change</h2>");
        if (audit == null) {
            out.append(String.format(
                    Locale.ROOT,
                    "<p class=\"soft\">This is worked out from the requests of up to the last %d days and not there yet. Of more"
                            + " than %,d requests on one day only <code>audit --policy FILE</code> works it out.</p></section>",
                    RoutingAudit.USUAL.toDays(),
                    RoutingAudit.MOST_FOR_PAGES));
            return;
        }
        Instant rows = audit.rowsSince();
        long days = Duration.between(audit.adviceSince(), audit.to()).toDays();
        String time = days == 1 ? "day" : days + " days";
        List<Recommendation> shown = audit.recommendations().stream()
                .filter(each -> task == null || each.task() == null || task.equals(each.task()))
                .toList();
        if (shown.isEmpty()) {
            out.append(
                            rows == null
                                    ? "<p>Nothing, by the last " + time
                                    : rows.equals(audit.to())
                                            ? "<p>Not known: no request has a row any more"
                                            : "<p>Nothing, by the last " + time
                                                    + ": requests of before have no rows any more")
                    .append(". <span class=\"soft\">Worked out ")
                    .append(Numbers.ago(Duration.between(audit.to(), now)))
                    .append(".</span></p></section>");
            return;
        }
        out.append("<ul class=\"advice\">");
        for (Recommendation each : shown) {
            out.append("<li><span class=\"tag ")
                    .append(style(each.kind()))
                    .append("\">")
                    .append(each.kind().words())
                    .append("</span> ")
                    .append(Html.escape(each.text()))
                    .append("</li>");
        }
        out.append("</ul><p class=\"soft\">By the last ")
                .append(time)
                .append(" and all callers, as the routing audit says it; <code>audit --policy FILE --patch FILE</code>"
                        + " writes changes of the policy as a patch. Worked out ")
                .append(Numbers.ago(Duration.between(audit.to(), now)))
                .append(".</p></section>");
    }

    private static String style(Recommendation.Kind kind) {
        return switch (kind) {
            case BASELINE, END_CANARY -> "bad";
            case RENEW, COMPARE_LESS -> "warn";
            case SUGGEST, RECOGNISE, PROMOTE -> "soft";
        };
    }
}
