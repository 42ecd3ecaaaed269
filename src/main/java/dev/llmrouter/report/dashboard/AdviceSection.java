package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.routing.Recommendation;
import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.report.page.Html;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
        long days = RoutingAudit.USUAL.toDays();
        if (audit == null) {
            out.append("<p class=\"soft\">This is worked out from the last ")
                    .append(days)
                    .append(" days and not there yet.</p></section>");
            return;
        }
        List<Recommendation> shown = audit.recommendations().stream()
                .filter(each -> task == null || each.task() == null || task.equals(each.task()))
                .toList();
        if (shown.isEmpty()) {
            out.append("<p>Nothing, by the last ").append(days).append(" days.</p></section>");
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
                .append(days)
                .append(
                        " days and all callers, as the routing audit says it; <code>audit --policy FILE --patch FILE</code>"
                                + " writes changes of the policy as a patch. Worked out ")
                .append(Numbers.ago(Duration.between(audit.to(), now)))
                .append(".</p></section>");
    }

    private static String style(Recommendation.Kind kind) {
        return switch (kind) {
            case BASELINE -> "bad";
            case RENEW -> "warn";
            case SUGGEST, RECOGNISE -> "soft";
        };
    }
}
