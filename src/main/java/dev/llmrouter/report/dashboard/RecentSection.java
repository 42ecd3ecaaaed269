package dev.llmrouter.report.dashboard;

import dev.llmrouter.record.ledger.RecentRequest;
import dev.llmrouter.report.page.Html;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The section on the latest requests: what was decided for each, and why. */
final class RecentSection {
    private final Instant now;
    private final List<RecentRequest> recent;
    private final StringBuilder out;

    RecentSection(Instant now, List<RecentRequest> recent, StringBuilder out) {
        this.now = now;
        this.recent = recent;
        this.out = out;
    }

    void write() {
        if (recent.isEmpty()) {
            return;
        }
        out.append(
                "<section><h2>Recent decisions</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Recent decisions\"><table><thead><tr><th scope=\"col\">When</th>"
                        + "<th scope=\"col\" class=\"left\">Task<span class=\"sub\">recognised by, how sure</span></th>"
                        + "<th scope=\"col\" class=\"left\">Model<span class=\"sub\">tier</span></th><th scope=\"col\">Cost<span class=\"sub\">time"
                        + "</span></th><th scope=\"col\" class=\"left\">Outcome<span class=\"sub\">check</span></th>"
                        + "<th scope=\"col\" class=\"left\">Why</th></tr></thead><tbody>");
        recent.forEach(this::row);
        out.append("</tbody></table></div></section>");
    }

    private void row(RecentRequest request) {
        out.append("<tr><th scope=\"row\"><time datetime=\"")
                .append(request.time())
                .append("\" title=\"")
                .append(request.time())
                .append("\">")
                .append(Numbers.ago(Duration.between(request.time(), now)))
                .append("</time></th>");
        cell(request.task() == null ? "unclassified" : request.task(), source(request));
        cell(request.model(), request.tier() == null ? "none" : request.tier());
        out.append("<td>")
                .append(Numbers.usd(request.costUsd()))
                .append("<span class=\"sub\">")
                .append(
                        request.durationMillis() == null
                                ? "in a batch"
                                : Numbers.count(request.durationMillis()) + " ms")
                .append("</span></td><td class=\"left\"><span class=\"tag ")
                .append(request.outcome().equals("ok") ? "good" : "bad")
                .append("\">")
                .append(Html.escape(request.outcome()))
                .append("</span>");
        if (request.verify() != null) {
            out.append("<span class=\"sub\">")
                    .append(Html.escape(request.verify()))
                    .append("</span>");
        }
        out.append("</td><td class=\"left wrap\"><details id=\"d-")
                .append(Html.escape(request.id()))
                .append("\"><summary>")
                .append(Html.escape(
                        request.reasons().isEmpty()
                                ? "no decision"
                                : request.reasons().get(0)))
                .append("</summary><ul>");
        request.reasons().stream().skip(1).forEach(this::item);
        request.attempts().forEach(this::item);
        item("request " + request.id() + (request.caller() == null ? "" : " of " + request.caller())
                + (request.evidence() == null ? "" : ", evidence " + request.evidence())
                + (request.simulated() ? ", simulated" : ""));
        out.append("</ul></details></td></tr>");
    }

    private static String source(RecentRequest request) {
        return request.source() == null
                ? ""
                : request.source()
                        + (request.confidence() == null
                                ? ""
                                : String.format(Locale.ROOT, " %.2f", request.confidence()));
    }

    private void cell(@Nullable String text, String below) {
        out.append("<td class=\"left\">")
                .append(Html.escape(text == null ? "none" : text))
                .append("<span class=\"sub\">")
                .append(Html.escape(below))
                .append("</span></td>");
    }

    private void item(String text) {
        out.append("<li>").append(Html.escape(text)).append("</li>");
    }
}
