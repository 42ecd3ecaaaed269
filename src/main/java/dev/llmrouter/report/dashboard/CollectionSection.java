package dev.llmrouter.report.dashboard;

import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.report.CollectedPage;
import dev.llmrouter.report.CollectedText;
import dev.llmrouter.report.page.Html;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where the collection of evidence stands, route by route: state, today's budget and the path of the bounds. */
final class CollectionSection {
    private final List<CollectedRoute> routes;
    private final StringBuilder out;

    /** @param task the only one that is wanted; null for all */
    CollectionSection(List<CollectedRoute> routes, @Nullable String task, StringBuilder out) {
        this.routes = routes.stream()
                .filter(route -> task == null || task.equals(route.question().task()))
                .toList();
        this.out = out;
    }

    void write() {
        if (routes.isEmpty()) {
            return;
        }
        out.append("<section id=\"collection\"><h2>Evidence from live traffic</h2>");
        for (CollectedRoute route : routes) {
            String state = state(route);
            out.append("<h3>")
                    .append(Html.escape(
                            route.question().task() + ": " + route.question().candidate() + " against "
                                    + route.question().baseline()))
                    .append(" <span class=\"tag ")
                    .append(style(state))
                    .append("\">")
                    .append(state)
                    .append("</span></h3>");
            budget(route);
            out.append("<p class=\"soft\">")
                    .append(Html.escape(CollectedText.sentence(route)))
                    .append("</p><div class=\"paths\">")
                    .append(CollectedPage.plots(route))
                    .append("</div>");
        }
        out.append("</section>");
    }

    /** In the words of the documentation; a route that was closed and collects again is closed. */
    private static String state(CollectedRoute route) {
        return switch (route.status()) {
            case "ready" -> "passed";
            case "collecting" -> route.wasClosed() ? "closed, collecting" : "collecting";
            default -> route.status();
        };
    }

    private static String style(String state) {
        return switch (state) {
            case "open", "passed" -> "good";
            case "collecting" -> "warn";
            default -> "bad";
        };
    }

    private void budget(CollectedRoute route) {
        double most = route.collect().perDay().doubleValue();
        double spent = route.spentToday().doubleValue();
        out.append(String.format(
                Locale.ROOT,
                "<p>Budget of today: <meter min=\"0\" max=\"1\" value=\"%.4f\"></meter> $%.4f of $%.2f</p>",
                Math.max(0, Math.min(1, spent / most)),
                spent,
                most));
    }
}
