package dev.llmrouter.report;

import dev.llmrouter.evaluate.Failure;
import dev.llmrouter.evaluate.GateResult;
import dev.llmrouter.evaluate.Money;
import dev.llmrouter.evaluate.Slice;
import dev.llmrouter.evaluate.TaskResult;
import dev.llmrouter.evaluate.Validation;
import dev.llmrouter.report.page.Html;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The validation report as one HTML page that needs no network and runs no script. */
public final class ValidationHtml {
    private static final String STYLE = """
            :root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--paper:#fff;--line:#d1d9e0;--card:#f6f8fa;\
            --pass:#1a7f37;--fail:#cf222e;--inconclusive:#9a6700;--base:#57606a;--cand:#0969da}
            @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9198a1;--paper:#0d1117;--line:#3d444d;\
            --card:#151b23;--pass:#3fb950;--fail:#f85149;--inconclusive:#d29922;--base:#9198a1;--cand:#4493f8}}
            *{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
            max-width:60rem;margin:0 auto;padding:1rem}
            h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem}
            section,details{border:1px solid var(--line);border-radius:8px;padding:.5rem 1rem;margin:1rem 0;overflow-wrap:anywhere}
            p,h1,h2{overflow-wrap:anywhere}summary{cursor:pointer}.lead{font-size:1.1rem;font-weight:600}
            .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%}
            td,th{padding:.25rem .5rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
            td:first-child,th:first-child{text-align:left;white-space:normal;min-width:9rem;overflow-wrap:anywhere}
            .tag{color:#fff;border-radius:4px;padding:0 .5rem;font-size:.9rem;background:var(--base);display:inline-block}
            .tag.pass{background:#1a7f37}.tag.fail{background:#cf222e}.tag.inconclusive,.tag.net-loss,.tag.spent,.tag.not-usable{background:#7d5300}
            .warn{border-left:4px solid var(--inconclusive);padding-left:.75rem}
            .pair{display:grid;grid-template-columns:1fr 1fr;gap:.5rem}
            @media(max-width:40rem){.pair{grid-template-columns:1fr}}
            pre{white-space:pre-wrap;background:var(--card);padding:.5rem;border-radius:6px;margin:.25rem 0;font-size:.85rem}
            svg{width:100%;height:auto;max-width:560px}svg text{fill:var(--soft);font:12px system-ui,sans-serif}
            line{stroke:var(--soft);stroke-width:1}line.margin{stroke:var(--fail);stroke-dasharray:5 4}
            line.mix{stroke-dasharray:5 4}line.pass,line.fail,line.inconclusive{stroke-width:3}
            line.pass{stroke:var(--pass)}line.fail{stroke:var(--fail)}line.inconclusive{stroke:var(--inconclusive)}
            circle.pass{fill:var(--pass)}circle.fail{fill:var(--fail)}circle.inconclusive{fill:var(--inconclusive)}
            .baseline{fill:var(--base)}.candidate{fill:var(--cand)}
            polyline.curve{fill:none;stroke:var(--cand);stroke-width:2}
            polyline.margin{stroke:var(--fail);stroke-dasharray:5 4}line.grid{opacity:.25}
            svg text.x{text-anchor:middle}svg text.y{text-anchor:end}
            @media print{body{max-width:none;font-size:11pt}section{break-inside:avoid}\
            details::details-content{content-visibility:visible;block-size:auto;display:block}details>*{display:block}}
            """;

    private final StringBuilder out = new StringBuilder(1 << 16);

    private ValidationHtml() {}

    /** The whole page. Texts of the data set are escaped. @param day on which it is made */
    public static String render(Validation validation, LocalDate day) {
        return render(validation, null, day);
    }

    /** The same with what is suggested from it. @param proposal null for nothing */
    public static String render(Validation validation, @Nullable Proposal proposal, LocalDate day) {
        return new ValidationHtml().page(validation, proposal, day);
    }

    private String page(Validation validation, @Nullable Proposal proposal, LocalDate day) {
        List<TaskResult> tasks = validation.tasks();
        out.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
                .append("<title>Validation</title><style>")
                .append(STYLE)
                .append("</style></head><body>");
        element("h1", Phrases.format("%d of %d may take the cheaper model", validation.accepted(), tasks.size()));
        out.append("<p class=\"lead\">")
                .append(Html.escape(Phrases.total(validation)))
                .append("</p>");
        element("p", Phrases.basis(validation, day));
        if (proposal != null) {
            out.append(SuggestionHtml.render(validation, proposal));
        }
        for (TaskResult task : tasks.size() <= 5 ? tasks : List.<TaskResult>of()) {
            lead(task);
        }
        overview(validation);
        for (TaskResult task : tasks) {
            task(task, tasks.size() <= 5);
        }
        element("h2", "Method and assumptions");
        for (String sentence : Method.sentences(validation)) {
            element("p", sentence);
        }
        return out.append("</body></html>\n").toString();
    }

    private void lead(TaskResult task) {
        doubts(task);
        out.append("<p class=\"lead\">").append(tag(task)).append(' ');
        out.append(Html.escape(task.task() + ": " + Phrases.headline(task))).append("</p>");
    }

    /** What weakens a verdict stands above it. */
    private void doubts(TaskResult task) {
        for (String doubt : Phrases.doubts(task)) {
            out.append("<p class=\"warn\">")
                    .append(Html.escape(task.task() + ", " + task.candidate() + ": " + doubt))
                    .append(".</p>");
        }
    }

    private void overview(Validation validation) {
        element("h2", "Difference in quality");
        List<Svg.Row> rows = validation.tasks().stream()
                .map(t -> new Svg.Row(
                        t.task() + ": " + t.candidate() + " for " + t.baseline(),
                        t.gate().low(),
                        t.gate().difference(),
                        t.gate().high(),
                        t.gate().margin(),
                        style(t)))
                .toList();
        out.append(Svg.intervals(rows, "Paired difference with interval and margin"));
        out.append("<div class=\"scroll\"><table><tr><th>task</th><th>candidate</th><th>quality</th>")
                .append("<th>baseline</th><th>quality</th><th>n</th>")
                .append("<th>difference, points</th><th>verdict</th><th>needed</th></tr>");
        for (TaskResult t : validation.tasks()) {
            GateResult gate = t.gate();
            Integer needed = t.needed();
            row(
                    Html.escape(t.task()) + (Phrases.doubts(t).isEmpty() ? "" : " (look at the data)"),
                    Html.escape(t.candidate()),
                    Phrases.percent(t.outcomes().candidateQuality()),
                    Html.escape(t.baseline()),
                    Phrases.percent(t.outcomes().baselineQuality()),
                    Phrases.format("%,d", gate.n()),
                    interval(gate.difference(), gate.low(), gate.high()),
                    tag(t),
                    needed == null
                            ? ""
                            : Phrases.format(
                                    "%,d to %s", needed, gate.neededFor().key()));
        }
        out.append("</table></div>");
    }

    /** @param open if its lead stands above, with its doubts */
    private void task(TaskResult task, boolean open) {
        if (!open) {
            doubts(task);
        }
        out.append(open ? "<details open>" : "<details>")
                .append("<summary>")
                .append(tag(task))
                .append(' ');
        out.append(Html.escape(task.task() + ": " + task.candidate() + " for " + task.baseline()))
                .append("</summary>");
        element("p", Phrases.headline(task) + ".");
        money(task);
        element("h3", "Scores");
        out.append(Svg.scores(task.outcomes()));
        slices(task);
        failures(task);
        out.append("</details>");
    }

    private void money(TaskResult task) {
        Money money = task.money();
        element("h3", "Money");
        out.append("<div class=\"scroll\"><table>");
        amount(
                "cost per useful output, candidate",
                Money.perUseful(task.candidateCost(), task.outcomes().candidateQuality()));
        amount(
                "cost per useful output, baseline",
                Money.perUseful(task.baselineCost(), task.outcomes().baselineQuality()));
        Double low = money.errorsLow();
        Double high = money.errorsHigh();
        if (low != null && high != null) {
            row("more errors a day, interval", Phrases.format("%,.0f to %,.0f", low, high));
        }
        amount("saved a day", money.savedPerDay());
        amount("net a day, after errors", money.netPerDay());
        amount("an error may cost at most (break-even)", money.breakEvenErrorCost());
        Double margin = money.marginByMoney();
        if (margin != null) {
            row("margin that money implies", Phrases.format("%.4f %%", 100 * margin));
        }
        Double sure = money.netBenefitProbability();
        if (sure != null) {
            row("probability of a net benefit", Phrases.percent(sure));
        }
        out.append("</table></div>");
        Double baselineCost = task.baselineCost();
        Double candidateCost = task.candidateCost();
        if (baselineCost != null && candidateCost != null) {
            out.append(Svg.costQuality(task, baselineCost, candidateCost));
        } else {
            element("p", "No costs are recorded for all answers, so savings are unknown.");
        }
    }

    private void slices(TaskResult task) {
        if (task.slices().isEmpty()) {
            return;
        }
        element("h3", "Where does it fail?");
        out.append(
                "<div class=\"scroll\"><table><tr><th>inputs</th><th>n</th><th>difference, points</th><th></th></tr>");
        for (Slice s : task.slices()) {
            row(
                    Html.escape(s.name()),
                    Phrases.format("%,d", s.n()),
                    interval(s.difference(), s.low(), s.high()),
                    s.worse() ? "worse" : "");
        }
        out.append("</table></div>");
    }

    private void failures(TaskResult task) {
        if (task.failures().isEmpty()) {
            return;
        }
        element("h3", "Worst failures");
        for (Failure f : task.failures()) {
            element("p", Phrases.format("%s: %.2f against %.2f", f.id(), f.candidateScore(), f.baselineScore()));
            element("pre", f.input());
            String expected = f.expected();
            if (expected != null) {
                element("pre", "expected: " + expected);
            }
            if (f.candidateText() != null || f.baselineText() != null) {
                out.append("<div class=\"pair\">");
                element("pre", "candidate: " + text(f.candidateText()));
                element("pre", "baseline: " + text(f.baselineText()));
                out.append("</div>");
            }
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "(no text recorded)" : text;
    }

    private static String interval(double middle, double low, double high) {
        return Phrases.points(middle) + " (" + Phrases.points(low) + " to " + Phrases.points(high) + ")";
    }

    private static String tag(TaskResult task) {
        String word = Phrases.word(task);
        return "<span class=\"tag " + word.replace(' ', '-') + "\">" + word + "</span>";
    }

    /** Green for what is accepted only. */
    private static String style(TaskResult task) {
        return switch (task.acceptance()) {
            case ACCEPTED -> "pass";
            case FAILED -> "fail";
            case SPENT, NET_LOSS, NOT_USABLE, NOT_PROVEN -> "inconclusive";
        };
    }

    private void amount(String name, @Nullable Double amount) {
        if (amount != null) {
            row(name, Phrases.usd(amount));
        }
    }

    private void row(String... cells) {
        out.append("<tr>");
        for (String cell : cells) {
            out.append("<td>").append(cell).append("</td>");
        }
        out.append("</tr>");
    }

    private void element(String name, String text) {
        out.append('<')
                .append(name)
                .append('>')
                .append(Html.escape(text))
                .append("</")
                .append(name)
                .append('>');
    }
}
