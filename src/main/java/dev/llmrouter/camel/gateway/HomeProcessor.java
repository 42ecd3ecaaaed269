package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.decide.Decider;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;

/** A small page for people who open the gateway in a browser: tasks, models, providers and their health. */
public final class HomeProcessor extends PolicyStep {
    @Override
    public void process(Exchange exchange) {
        LoadedPolicy loaded = loaded(exchange.getContext());
        RoutingPolicy policy = loaded.policy();
        StringBuilder page = new StringBuilder(4096);
        page.append("""
                <!doctype html><html lang="en"><head><meta charset="utf-8"><title>camel-llm-router</title>
                <meta name="viewport" content="width=device-width, initial-scale=1"><style>
                :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
                table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #8886}
                code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{overflow:auto;padding:.8rem;background:#8882;border-radius:6px}
                .note{padding:.6rem .8rem;border-left:4px solid #d80;background:#d802}</style></head><body>
                <h1>camel-llm-router</h1>""");
        if (loaded.isSimulated()) {
            page.append(
                    "<p class=\"note\">Every answer comes from the built-in simulator: no provider key is set.</p>");
        }
        page.append("<p>Policy <code>")
                .append(escaped(policy.hash()))
                .append("</code> from <code>")
                .append(escaped(policy.source()))
                .append("</code>, owner ")
                .append(escaped(policy.owner().isEmpty() ? "not named" : policy.owner()))
                .append(", baseline tier <b>")
                .append(escaped(policy.baseline()))
                .append("</b>.</p><h2>Which task goes where</h2><table><thead><tr><th>Task</th><th>Tier</th>")
                .append("<th>Why</th></tr></thead><tbody>");
        for (Map.Entry<String, Task> task : policy.tasks().entrySet()) {
            page.append("<tr><td><b>")
                    .append(escaped(task.getKey()))
                    .append("</b><br>")
                    .append(escaped(task.getValue().description()))
                    .append("</td><td>")
                    .append(escaped(task.getValue().tier()))
                    .append("</td><td>")
                    .append(escaped(task.getValue().rationale()))
                    .append("</td></tr>");
        }
        page.append("</tbody></table>");
        models(page, loaded);
        page.append("""
                <h2>Try it</h2><pre>curl -i http://HOST/v1/chat/completions -H 'Content-Type: application/json' \\
                  -d '{"model":"auto","messages":[{"role":"user","content":"Summarise in two sentences: ..."}]}'</pre>
                <p><code>POST /v1/chat/completions</code> · <code>POST /v1/messages</code> · <code>POST /v1/route</code> ·
                <a href="/v1/models">/v1/models</a> · <a href="/health">/health</a> · <a href="/health/ready">/health/ready</a> ·
                <a href="/metrics">/metrics</a></p></body></html>""");
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        exchange.getMessage().setBody(page.toString());
    }

    private static void models(StringBuilder page, LoadedPolicy loaded) {
        Decider decider = loaded.current().decider();
        page.append("<h2>Models</h2><table><thead><tr><th>Model</th><th>Provider</th><th>Tiers</th><th>Now</th></tr>")
                .append("</thead><tbody>");
        for (Model model : loaded.policy().models().values()) {
            String tiers = loaded.policy().tiers().values().stream()
                    .filter(tier -> tier.models().stream()
                            .anyMatch(member -> member.model().equals(model.name())))
                    .map(Tier::name)
                    .collect(Collectors.joining(", "));
            String now = decider.members().stream()
                    .filter(member -> member.model().name().equals(model.name()))
                    .findFirst()
                    .flatMap(decider.health()::unavailable)
                    .map(why -> why.reason() + ", for " + why.remaining().toSeconds() + " s more")
                    .orElse("available");
            page.append("<tr><td><b>")
                    .append(escaped(model.name()))
                    .append("</b></td><td>")
                    .append(escaped(model.provider()))
                    .append("</td><td>")
                    .append(escaped(tiers.isEmpty() ? "none" : tiers))
                    .append("</td><td>")
                    .append(escaped(now))
                    .append("</td></tr>");
        }
        page.append("</tbody></table>");
        String problem = loaded.reloadProblem();
        if (problem != null) {
            page.append("<p class=\"note\">The policy's file has changed and cannot be used: ")
                    .append(escaped(problem))
                    .append("</p>");
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
