package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Task;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.report.page.ContentSecurity;
import dev.llmrouter.report.page.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard as one page of HTML that loads nothing from elsewhere. Without scripts it is complete; with them it keeps
 * itself up to date. No prompt and no answer stands in it.
 */
public final class DashboardPage {
    private static final String STYLE = resource("dashboard.css");
    private static final String SCRIPT = resource("dashboard.js");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The header {@code Content-Security-Policy} under which the page works and nothing else runs. */
    public static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src " + ContentSecurity.hash(STYLE)
            + "; script-src " + ContentSecurity.hash(SCRIPT)
            + "; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static final int FEW = 2;

    private final Dashboard data;
    private final StringBuilder out = new StringBuilder(1 << 15);

    private DashboardPage(Dashboard data) {
        this.data = data;
    }

    /** The whole page. */
    public static String render(Dashboard data) {
        return new DashboardPage(data).page();
    }

    private String page() {
        out.append(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>LLM routing</title><style>")
                .append(STYLE)
                .append("</style></head><body><a class=\"skip\" href=\"#figures\">To the figures</a>");
        head();
        out.append("<main>");
        choice();
        out.append("<div id=\"figures\">");
        notes();
        Dashboard.Traffic traffic = data.traffic();
        if (traffic != null) {
            new TrafficSections(data, traffic, out).write();
            new AdviceSection(data.routing(), data.now(), data.view().task(), out).write();
        }
        Dashboard.Drift drift = data.drift();
        if (drift != null && !drift.days().isEmpty()) {
            new DriftSection(drift, data.view().task(), out).write();
        }
        out.append("<div class=\"two\">");
        proofs();
        deployments();
        out.append("</div>");
        new CollectionSection(data.collected(), data.view().task(), out).write();
        if (traffic != null) {
            new RecentSection(data.now(), traffic.recent(), out).write();
        }
        out.append("<p class=\"soft\">As of ")
                .append(TIME.format(data.now()))
                .append(" UTC.</p></div></main><footer class=\"soft\">")
                .append(
                        "<p>POST <code>/v1/chat/completions</code>, <code>/v1/responses</code>, <code>/v1/messages</code>, <code>/v1/route</code>,")
                .append(
                        " <code>/v1/feedback</code> on this address; <code>\"model\": \"auto\"</code>.</p></footer><script>")
                .append(SCRIPT)
                .append("</script></body></html>\n");
        return out.toString();
    }

    private void head() {
        out.append("<header><h1>LLM routing</h1><span class=\"soft\">policy <code>")
                .append(Html.escape(data.policy().hash()))
                .append("</code>, owner ")
                .append(Html.escape(
                        data.policy().owner().isEmpty()
                                ? "not named"
                                : data.policy().owner()))
                .append("</span><nav aria-label=\"Pages\"><a href=\"/policy\">Routing documentation</a>")
                .append("<a href=\"/health\">Health</a><a href=\"/metrics\">Metrics</a></nav></header>");
    }

    private void choice() {
        List<String[]> windows = new ArrayList<>();
        for (Window window : Window.values()) {
            windows.add(new String[] {window.key(), window.text()});
        }
        List<String[]> tasks = new ArrayList<>();
        tasks.add(new String[] {"", "all"});
        tasks().forEach(task -> tasks.add(new String[] {task, task}));
        List<String[]> callers = new ArrayList<>();
        callers.add(new String[] {"", "all"});
        Dashboard.Traffic traffic = data.traffic();
        if (traffic != null) {
            traffic.callers().forEach(caller -> callers.add(new String[] {caller, caller}));
        }
        out.append("<form method=\"get\" action=\"/\">");
        select("window", "Time", windows, data.view().window().key());
        select("task", "Task", tasks, data.view().task());
        select("caller", "Caller", callers, data.view().caller());
        out.append(
                "<button>Show</button><div class=\"row\" id=\"follow\" hidden><label class=\"row\"><input type=\"checkbox\""
                        + " id=\"live\" checked> Live</label> <span id=\"state\" class=\"soft\" role=\"status\"></span></div></form>");
    }

    /** Those of the policy, and those that have left it and are shown all the same. */
    private Set<String> tasks() {
        Set<String> all = new LinkedHashSet<>(data.policy().tasks().keySet());
        all.add(LedgerFilter.UNCLASSIFIED);
        if (data.policy().models().values().stream().anyMatch(Model::isEmbedding)) {
            all.add(LedgerFilter.EMBEDDINGS);
        }
        Dashboard.Traffic traffic = data.traffic();
        if (traffic != null) {
            traffic.audit().destinations().forEach(each -> all.add(each.task()));
        }
        return all;
    }

    private void select(String name, String label, List<String[]> options, @Nullable String chosen) {
        out.append("<label>")
                .append(label)
                .append("<select name=\"")
                .append(name)
                .append("\">");
        boolean isKnown = chosen == null;
        for (String[] option : options) {
            boolean isChosen = option[0].equals(chosen == null ? "" : chosen);
            isKnown |= isChosen;
            option(option[0], option[1], isChosen);
        }
        if (!isKnown && chosen != null) {
            option(chosen, chosen, true);
        }
        out.append("</select></label>");
    }

    private void option(String value, String text, boolean isChosen) {
        out.append("<option value=\"")
                .append(Html.escape(value))
                .append(isChosen ? "\" selected>" : "\">")
                .append(Html.escape(text))
                .append("</option>");
    }

    private void notes() {
        if (data.simulated()) {
            note("Every answer comes from the built-in simulator, because no provider key is set: costs are what real"
                    + " answers of this length would have cost, quality says nothing.");
        }
        if (data.reloadProblem() != null) {
            note("The policy's file has changed and cannot be used; what is shown is in force: "
                    + data.reloadProblem());
        }
        if (data.ledgerProblem() != null) {
            note(data.ledgerProblem());
        }
        Dashboard.Traffic traffic = data.traffic();
        if (traffic != null) {
            incomplete(traffic.audit().alarms());
        }
        RoutingAudit routing = data.routing();
        if (routing != null && routing.hasChanges()) {
            long routes = routing.changes();
            out.append("<p class=\"note\">")
                    .append(routes)
                    .append(routes == 1 ? " route has" : " routes have")
                    .append(" to be changed: <a href=\"#advice\">what to change</a>.</p>");
        }
    }

    /** What the figures leave out; folded where there is much of it. */
    private void incomplete(List<String> reasons) {
        if (reasons.size() <= FEW) {
            reasons.forEach(this::note);
            return;
        }
        out.append("<details class=\"note\" id=\"incomplete\"><summary>The figures are incomplete, for ")
                .append(reasons.size())
                .append(" reasons.</summary><ul>");
        reasons.forEach(reason -> out.append("<li>").append(Html.escape(reason)).append("</li>"));
        out.append("</ul></details>");
    }

    private void note(String text) {
        out.append("<p class=\"note\">").append(Html.escape(text)).append("</p>");
    }

    private void proofs() {
        out.append(
                "<section><h2>Evidence</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Evidence\"><table><thead><tr><th scope=\"col\">Task"
                        + "<span class=\"sub\">tier</span></th><th scope=\"col\" class=\"left\">State</th></tr></thead><tbody>");
        for (Dashboard.ProofState proof : data.proofs()) {
            String style =
                    proof.state().equals("valid") ? "good" : proof.state().equals("waived") ? "warn" : "bad";
            out.append("<tr><th scope=\"row\">")
                    .append(Html.escape(proof.task()))
                    .append("<span class=\"sub\">")
                    .append(Html.escape(proof.tier()))
                    .append("</span></th><td class=\"left wrap\"><span class=\"tag ")
                    .append(style)
                    .append("\">")
                    .append(Html.escape(proof.state()))
                    .append("</span> <span class=\"soft\">")
                    .append(Html.escape(proof.text()))
                    .append("</span></td></tr>");
        }
        for (Task task : data.policy().tasks().values()) {
            if (task.tier().equals(data.policy().baseline())) {
                out.append("<tr><th scope=\"row\">")
                        .append(Html.escape(task.name()))
                        .append("<span class=\"sub\">")
                        .append(Html.escape(task.tier()))
                        .append("</span></th><td class=\"left soft words\">not needed: this is the baseline</td></tr>");
            }
        }
        out.append("</tbody></table></div></section>");
    }

    private void deployments() {
        out.append(
                "<section><h2>Models now</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Models now\"><table><thead><tr><th scope=\"col\">Model"
                        + "<span class=\"sub\">provider</span></th><th scope=\"col\" class=\"left\">Tiers</th><th scope=\"col\" class=\"left\">State"
                        + "<span class=\"sub\">circuit breaker</span></th></tr></thead><tbody>");
        for (Dashboard.Deployment each : data.deployments()) {
            String resting = each.resting();
            out.append("<tr><th scope=\"row\">")
                    .append(Html.escape(each.model()))
                    .append("<span class=\"sub\">")
                    .append(Html.escape(each.provider()))
                    .append("</span></th><td class=\"left words\">")
                    .append(Html.escape(each.tiers()))
                    .append("</td><td class=\"left words\"><span class=\"tag ")
                    .append(resting == null ? "good\">available" : "bad\">rests")
                    .append("</span> ")
                    .append(resting == null ? "" : Html.escape(resting))
                    .append("<span class=\"sub\">")
                    .append(Html.escape(each.breaker()))
                    .append("</span></td></tr>");
        }
        out.append("</tbody></table></div></section>");
    }

    private static String resource(String name) {
        String path = "/llm-router/dashboard/" + name;
        try (InputStream in = DashboardPage.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
