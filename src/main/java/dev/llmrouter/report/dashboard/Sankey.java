package dev.llmrouter.report.dashboard;

import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.TrafficFlow;
import dev.llmrouter.report.page.Html;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The flow of requests from tasks over tiers to models as inline SVG: three columns of bars, ribbons as wide as what flows.
 * Colours come from the page's style, by the class of the tier.
 */
final class Sankey {
    private static final int WIDTH = 900;
    private static final int BAR = 14;
    private static final int GAP = 12;
    private static final int TOP = 26;

    /** Height of a line of text: what flows in or out of a lower bar would strike its label through, and is kept away from it. */
    private static final int LINE = 16;

    private static final int MOST = 10;
    private static final String OTHERS = "others";
    private static final int[] COLUMNS = {170, 450, 710};
    private static final String[] TITLES = {"task", "tier", "model"};

    private final List<TrafficFlow> flows;
    private final String baseline;
    private final List<Map<String, Bar>> columns = new ArrayList<>();
    private double height;

    private Sankey(List<TrafficFlow> flows, String baseline) {
        this.flows = flows;
        this.baseline = baseline;
    }

    private static final class Bar {
        private final long requests;
        private double y;
        private double size;
        private double in;
        private double out;

        private Bar(long requests) {
            this.requests = requests;
        }
    }

    /** @param baseline name of the baseline tier, which gets the colour of what costs more */
    static String of(List<TrafficFlow> all, String baseline) {
        return new Sankey(fewTasks(all), baseline).draw();
    }

    /** The tasks with the most requests; the rest together. */
    private static List<TrafficFlow> fewTasks(List<TrafficFlow> all) {
        Map<String, Long> byTask = new LinkedHashMap<>();
        all.forEach(flow -> byTask.merge(flow.task(), flow.requests(), Long::sum));
        if (byTask.size() <= MOST) {
            return all;
        }
        List<String> kept = byTask.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(MOST - 1)
                .map(Map.Entry::getKey)
                .toList();
        return all.stream()
                .map(flow -> kept.contains(flow.task())
                        ? flow
                        : new TrafficFlow(OTHERS, flow.tier(), flow.model(), flow.requests(), flow.costUsd()))
                .toList();
    }

    private String draw() {
        for (int column = 0; column < COLUMNS.length; column++) {
            columns.add(bars(column));
        }
        int most = columns.stream().mapToInt(Map::size).max().orElse(1);
        height = Math.max(150, 42.0 * most);
        columns.forEach(this::place);
        StringBuilder svg = new StringBuilder(4096);
        append(
                svg,
                "<svg viewBox=\"0 0 %d %.0f\" role=\"img\" aria-labelledby=\"sankey-title\"><title id=\"sankey-title\">Requests from"
                        + " tasks over tiers to models</title>",
                WIDTH,
                TOP + height + 8);
        for (int column = 0; column < COLUMNS.length; column++) {
            append(
                    svg,
                    "<text class=\"soft\" x=\"%d\" y=\"14\" text-anchor=\"middle\">%s</text>",
                    COLUMNS[column] + BAR / 2,
                    TITLES[column]);
        }
        ribbons(svg, 0);
        ribbons(svg, 1);
        for (int column = 0; column < COLUMNS.length; column++) {
            labels(svg, column);
        }
        return svg.append("</svg>").toString();
    }

    private Map<String, Bar> bars(int column) {
        Map<String, Long> sums = new LinkedHashMap<>();
        flows.forEach(flow -> sums.merge(name(flow, column), flow.requests(), Long::sum));
        Map<String, Bar> bars = new LinkedHashMap<>();
        sums.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Long>>comparingInt(
                                e -> e.getKey().equals(OTHERS) ? 1 : 0)
                        .thenComparing(
                                Map.Entry.<String, Long>comparingByValue().reversed())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEach(sum -> bars.put(sum.getKey(), new Bar(sum.getValue())));
        return bars;
    }

    private static String name(TrafficFlow flow, int column) {
        return switch (column) {
            case 0 -> flow.task();
            case 1 -> flow.tier();
            default -> flow.model();
        };
    }

    private void place(Map<String, Bar> bars) {
        long total = Math.max(
                1, bars.values().stream().mapToLong(bar -> bar.requests).sum());
        double room = height - GAP * Math.max(0, bars.size() - 1.0);
        double y = TOP;
        for (Bar bar : bars.values()) {
            bar.y = y;
            bar.size = Math.max(1.5, room * bar.requests / total);
            bar.in = y;
            bar.out = y;
            y += bar.size + GAP;
        }
    }

    private void ribbons(StringBuilder svg, int column) {
        Map<String, Bar> left = columns.get(column);
        Map<String, Bar> right = columns.get(column + 1);
        for (Map.Entry<String, Bar> from : left.entrySet()) {
            for (Map.Entry<String, Bar> to : right.entrySet()) {
                List<TrafficFlow> between = flows.stream()
                        .filter(flow -> name(flow, column).equals(from.getKey())
                                && name(flow, column + 1).equals(to.getKey()))
                        .toList();
                long requests =
                        between.stream().mapToLong(TrafficFlow::requests).sum();
                if (requests > 0) {
                    ribbon(svg, column, from, to, requests);
                }
            }
        }
    }

    private void ribbon(
            StringBuilder svg, int column, Map.Entry<String, Bar> from, Map.Entry<String, Bar> to, long requests) {
        Bar left = from.getValue();
        Bar right = to.getValue();
        double wide = left.size * requests / left.requests;
        double wideRight = right.size * requests / right.requests;
        double x1 = COLUMNS[column] + BAR;
        double x2 = COLUMNS[column + 1];
        double middle = (x1 + x2) / 2;
        String tier = column == 0 ? to.getKey() : from.getKey();
        append(
                svg,
                "<path class=\"flow %s\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1fL%.1f %.1fC%.1f %.1f %.1f %.1f %.1f"
                        + " %.1fZ\"><title>%s to %s: %s</title></path>",
                style(tier),
                x1,
                left.out,
                middle,
                left.out,
                middle,
                right.in,
                x2,
                right.in,
                x2,
                right.in + wideRight,
                middle,
                right.in + wideRight,
                middle,
                left.out + wide,
                x1,
                left.out + wide,
                Html.escape(from.getKey()),
                Html.escape(to.getKey()),
                Numbers.count(requests) + " " + Counted.noun(requests, "request"));
        left.out += wide;
        right.in += wideRight;
    }

    private String style(String tier) {
        if (tier.equals(LedgerFilter.NONE)) {
            return "nobody"; // refused: nothing was saved by that
        }
        return tier.equals(baseline) ? "premium" : "cheap";
    }

    private void labels(StringBuilder svg, int column) {
        int x = COLUMNS[column];
        for (Map.Entry<String, Bar> each : columns.get(column).entrySet()) {
            Bar bar = each.getValue();
            append(
                    svg,
                    "<rect class=\"node\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>",
                    x,
                    bar.y,
                    BAR,
                    bar.size);
            boolean isLeft = column == 0;
            append(
                    svg,
                    "<text%s x=\"%d\" y=\"%.1f\" text-anchor=\"%s\">%s <tspan class=\"soft\">%s</tspan></text>",
                    bar.size < LINE ? " class=\"over\"" : "",
                    isLeft ? x - 6 : x + BAR + 6,
                    bar.y + bar.size / 2 + 4,
                    isLeft ? "end" : "start",
                    Html.escape(shortened(each.getKey())),
                    Numbers.count(bar.requests));
        }
    }

    private static String shortened(String name) {
        return name.length() > 22 ? name.substring(0, 21) + "…" : name;
    }

    private static void append(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }
}
