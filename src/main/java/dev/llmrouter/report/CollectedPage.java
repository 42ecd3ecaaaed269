package dev.llmrouter.report;

import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.evaluate.collect.Stretch;
import dev.llmrouter.report.page.Html;
import java.util.List;
import java.util.Locale;

/** Where collected evidence stands and how it came there, as one HTML page with plots; it loads nothing from elsewhere. */
public final class CollectedPage {
    private static final String STYLE = """
            body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
            h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
            .plots{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0;flex:1 1 22rem;max-width:34rem}figcaption{color:#55606e}
            svg{width:100%;height:auto}svg text{font-size:11px;fill:#55606e}svg .x{text-anchor:middle}svg .y{text-anchor:end}
            .grid{stroke:#e5eaf0}.curve{fill:none;stroke:#0b62c4;stroke-width:2}.bound{fill:none;stroke:#0b62c4;stroke-dasharray:2 3}
            .ideal{fill:none;stroke:#b3261e;stroke-dasharray:6 4}circle{fill:#0b62c4}
            @media(prefers-color-scheme:dark){body{background:#12161c;color:#dfe5ec}.grid{stroke:#2b333d}svg text,figcaption{fill:#9aa5b1;color:#9aa5b1}}
            """;

    private CollectedPage() {}

    /** @param day of the figures */
    public static String of(List<CollectedRoute> routes, String day) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<title>Evidence from live traffic</title><style>" + STYLE + "</style></head><body>"
                + "<h1>Evidence from live traffic, " + Html.escape(day) + "</h1>");
        if (routes.isEmpty()) {
            page.append("<p>The policy collects no evidence.</p>");
        }
        for (CollectedRoute route : routes) {
            chapter(page, route);
        }
        return page.append("</body></html>\n").toString();
    }

    private static void chapter(StringBuilder page, CollectedRoute route) {
        page.append("<h2>")
                .append(Html.escape(
                        route.question().task() + ": " + route.question().candidate() + " against "
                                + route.question().baseline()))
                .append("</h2><p>")
                .append(Html.escape(CollectedText.sentence(route)))
                .append("</p><div class=\"plots\">")
                .append(plots(route))
                .append("</div>");
    }

    /** The path of the bounds, before the route was open and since, as figures with inline SVG; empty without pairs. */
    public static String plots(CollectedRoute route) {
        StringBuilder page = new StringBuilder();
        plot(
                page,
                route.test().before(),
                route.margin(),
                "Pairs that the baseline served. Above the dashed margin for" + " the lower bound to open the route.");
        plot(page, route.test().since(), route.margin(), "Pairs that the candidate served, since the route is open.");
        return page.toString();
    }

    private static void plot(StringBuilder page, Stretch stretch, double margin, String caption) {
        if (stretch.path().isEmpty()) {
            return;
        }
        double reach = Math.max(3 * margin, 0.02);
        for (Stretch.Point point : stretch.path()) {
            reach = point.n() >= 100 ? Math.max(reach, Math.abs(point.difference()) * 1.2) : reach;
        }
        reach = Math.min(1, reach);
        double last = Math.max(2, stretch.n());
        Svg.Axes plot = Svg.axes(
                        "Path", "pairs", "candidate minus baseline", new double[] {0, last}, new double[] {-reach, reach
                        })
                .line("ideal", new double[][] {{0, -margin}, {last, -margin}});
        double most = reach;
        plot.line("bound", points(stretch, most, Stretch.Point::low));
        plot.line("bound", points(stretch, most, Stretch.Point::high));
        plot.line("curve", points(stretch, most, Stretch.Point::difference));
        Integer at = stretch.settledAt();
        if (at != null) {
            plot.point(at, -margin, 5, "settled at pair " + at);
        }
        page.append("<figure>")
                .append(plot)
                .append("<figcaption>")
                .append(Html.escape(caption))
                .append(Html.escape(String.format(Locale.ROOT, " Dotted: bounds that hold at every look at once.")))
                .append("</figcaption></figure>");
    }

    private static double[][] points(
            Stretch stretch, double reach, java.util.function.ToDoubleFunction<Stretch.Point> value) {
        return stretch.path().stream()
                .map(point -> new double[] {point.n(), Math.max(-reach, Math.min(reach, value.applyAsDouble(point)))})
                .toArray(double[][]::new);
    }
}
