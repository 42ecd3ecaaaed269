package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.drift.DriftAlarm;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.audit.drift.Subject;
import dev.llmrouter.audit.drift.Watched;
import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.report.page.Html;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What has changed: alarms in words, and a row for each destination with its quality and cost per request day by day. */
final class DriftSection {
    private static final int WIDTH = 300;
    private static final int HEIGHT = 40;
    private static final int EDGE = 3;

    private final Dashboard.Drift drift;
    private final @Nullable String task;
    private final StringBuilder out;

    /** @param task only this one; null for all */
    DriftSection(Dashboard.Drift drift, @Nullable String task, StringBuilder out) {
        this.drift = drift;
        this.task = task;
        this.out = out;
    }

    void write() {
        DriftReport report = drift.report();
        add(
                "<section id=\"drift\"><h2>Drift</h2><p class=\"soft\">The last %d days against the %d before, all callers;"
                        + " at most %.0f %% chance of any false alarm in a year of daily looks. Lines: the last %d days.</p>",
                report.settings().latestDays(),
                report.settings().referenceDays(),
                100 * report.settings().falseAlarmsPerYear(),
                drift.span());
        report.alarms().stream()
                .filter(alarm -> alarm.subject().task() == null
                        || isShown(alarm.subject().task()))
                .forEach(this::alarm);
        Map<List<String>, List<DaySums>> rows = new TreeMap<>(
                Comparator.comparing((List<String> key) -> key.get(0)).thenComparing(key -> key.get(1)));
        for (DaySums row : drift.days()) {
            if (isShown(row.task())) {
                rows.computeIfAbsent(List.of(row.task(), row.tier()), key -> new ArrayList<>())
                        .add(row);
            }
        }
        out.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Drift\"><table><thead><tr><th scope=\"col\">Task"
                        + "<span class=\"sub\">tier</span></th><th scope=\"col\" class=\"left\">Quality by day</th><th scope=\"col\" class=\"left\">"
                        + "Cost per request by day</th><th scope=\"col\" class=\"left\">State</th></tr></thead><tbody>");
        rows.forEach((key, days) -> destination(key.get(0), key.get(1), days));
        out.append("</tbody></table></div></section>");
    }

    private boolean isShown(String name) {
        return task == null || task.equals(name);
    }

    private void alarm(DriftAlarm alarm) {
        out.append("<details class=\"note\" id=\"drift-")
                .append(Html.escape(alarm.subject().id()))
                .append("\"><summary>")
                .append(Html.escape(alarm.text()))
                .append("</summary><ul>");
        for (String cause : alarm.causes()) {
            out.append("<li>").append(Html.escape(cause)).append("</li>");
        }
        for (String action : alarm.actions()) {
            out.append("<li>").append(Html.escape(action)).append("</li>");
        }
        out.append("</ul></details>");
    }

    private void destination(String name, String tier, List<DaySums> days) {
        out.append("<tr><th scope=\"row\">")
                .append(Html.escape(name))
                .append("<span class=\"sub\">")
                .append(Html.escape(tier))
                .append("</span></th><td class=\"left\">");
        line(
                days,
                day -> day.judged() == 0 ? Double.NaN : (double) day.useful() / day.judged(),
                1,
                new Subject(Kind.QUALITY, name, tier),
                "Quality");
        out.append("<span class=\"sub\">0 to 100 %</span></td><td class=\"left\">");
        ToDoubleFunction<DaySums> cost = day -> day.logCost().n() == 0
                ? Double.NaN
                : day.costUsd() / day.logCost().n();
        double most = days.stream()
                .mapToDouble(cost)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
        line(days, cost, most, new Subject(Kind.COST, name, tier), "Cost per request");
        out.append("<span class=\"sub\">")
                .append(most == 0 ? "not known" : "0 to " + Numbers.usd(BigDecimal.valueOf(most)))
                .append("</span></td><td class=\"left wrap\">");
        state(name, tier);
        out.append("</td></tr>");
    }

    private void line(List<DaySums> days, ToDoubleFunction<DaySums> of, double most, Subject subject, String what) {
        add(
                "<svg class=\"spark\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\"><title>%s, the last %d"
                        + " days, from 0 to %s</title>",
                WIDTH,
                HEIGHT,
                what,
                drift.span(),
                subject.kind() == Kind.QUALITY ? Numbers.percent(1) : Numbers.usd(BigDecimal.valueOf(most)));
        double[] values = new double[drift.span()];
        java.util.Arrays.fill(values, Double.NaN);
        for (DaySums day : days) {
            if (day.daysAgo() < values.length) {
                values[day.daysAgo()] = of.applyAsDouble(day);
            }
        }
        double step = (double) WIDTH / values.length;
        boolean isOpen = false;
        for (int ago = values.length - 1; ago >= 0; ago--) {
            boolean isKnown = !Double.isNaN(values[ago]) && most > 0;
            if (isKnown) {
                double left = WIDTH - (ago + 1) * step;
                double y = HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * values[ago] / most;
                out.append(isOpen ? " " : "<polyline points=\"");
                add("%.1f,%.1f %.1f,%.1f", left, y, left + step, y);
            } else if (isOpen) {
                out.append("\"/>");
            }
            isOpen = isKnown;
        }
        out.append(isOpen ? "\"/>" : "");
        drift.report().alarm(subject).ifPresent(alarm -> {
            LocalDate today = LocalDate.ofInstant(drift.report().now(), ZoneOffset.UTC);
            double x = WIDTH - ChronoUnit.DAYS.between(alarm.since(), today) * step;
            add("<line class=\"alarm\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\"/>", x, x, HEIGHT);
        });
        out.append("</svg>");
    }

    /**
     * The worst of the destination's series. The name of the model is a fact and no judgement: it counts only where it changed.
     * Steady is only what was judged by its quality or its cost.
     */
    private void state(String name, String tier) {
        List<Watched> series = drift.report().watched().stream()
                .filter(each -> name.equals(each.subject().task())
                        && tier.equals(each.subject().tier())
                        && (each.subject().kind() != Kind.VERSION || each.state() == Watched.State.ALARM))
                .sorted(Comparator.comparing(Watched::state))
                .toList();
        List<Watched> main = series.stream()
                .filter(each ->
                        each.subject().kind() == Kind.QUALITY || each.subject().kind() == Kind.COST)
                .toList();
        Watched worst = series.isEmpty() ? null : series.get(0);
        if (worst != null
                && worst.state() == Watched.State.STEADY
                && main.stream().allMatch(each -> each.state() == Watched.State.NOT_JUDGED)) {
            worst = main.isEmpty() ? null : main.get(0);
        }
        if (worst == null) {
            out.append("<span class=\"soft\">no requests lately</span>");
            return;
        }
        String style = switch (worst.state()) {
            case ALARM -> "bad";
            case UNCERTAIN -> "warn";
            case STEADY -> "good";
            case NOT_JUDGED -> "soft";
        };
        out.append("<span class=\"tag ")
                .append(style)
                .append("\">")
                .append(worst.state().key().replace('-', ' '))
                .append("</span> <span class=\"soft\">")
                .append(worst.state() == Watched.State.STEADY ? "" : Html.escape(worst.text()))
                .append("</span>");
    }

    private void add(String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
