package dev.llmrouter.camel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.spi.ModelDumpLine;

/** The structure of routes, as Camel dumps it, as one picture: a line for each node, with its id, inside the node that holds it. */
final class FlowDrawing {
    /** In px. */
    private static final int ROW = 24;

    private static final int INDENT = 16;
    private static final int GAP = 26;
    private static final int COLUMN = 560;
    private static final int WIDTH = 2 * COLUMN + 20;

    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("from", "in"),
            Map.entry("choice", "choice"),
            Map.entry("when", "choice"),
            Map.entry("otherwise", "choice"),
            Map.entry("loadBalance", "balance"),
            Map.entry("to", "call"),
            Map.entry("toD", "call"),
            Map.entry("wireTap", "tap"),
            Map.entry("process", "step"));

    private final StringBuilder shapes = new StringBuilder();
    private int height;

    private FlowDrawing() {}

    /** One route with its lines, the first of which is the route itself. */
    record Drawn(String description, List<ModelDumpLine> lines) {}

    /** Two columns of routes, from above. */
    static String svg(String label, List<Drawn> left, List<Drawn> right) {
        FlowDrawing drawing = new FlowDrawing();
        drawing.column(10, left);
        drawing.column(COLUMN + 20, right);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="%s">
                  <!-- drawn from the running routes by FlowDiagramTest -->
                  <style>
                    rect{fill:#f4f6f9;stroke:#8a97a6}.in{fill:#e9eef5;stroke:#4a6fa5}.step{fill:#eef3fb;stroke:#4a6fa5}.choice{fill:#f3eefb;stroke:#7a5aa5}.balance{fill:#eefaf0;stroke:#4a9a62}.call{fill:#e4f3e8;stroke:#4a9a62}.tap{fill:#fff6e5;stroke:#c08a2a}
                    text{fill:#1c2733}.id{fill:#66727f;font-size:11px}.title{font-weight:600}.line{stroke:#9aa7b5;fill:none}
                    @media (prefers-color-scheme:dark){rect{fill:#222a33}.in,.step{fill:#1f2d42}.choice{fill:#2f2542}.balance,.call{fill:#1d3a28}.tap{fill:#43351a}text{fill:#e8eef5}.id{fill:#a3afbc}}
                  </style>
                %s</svg>
                """.formatted(WIDTH, drawing.height + 4, xml(label), drawing.shapes);
    }

    private void column(int x, List<Drawn> routes) {
        int y = 18;
        for (Drawn route : routes) {
            y = route(x, y, route) + GAP;
        }
        height = Math.max(height, y - GAP);
    }

    private int route(int x, int top, Drawn route) {
        List<ModelDumpLine> lines = route.lines();
        text(x, top, "title", lines.get(0).id());
        int y = top + 15;
        for (String line : wrapped(route.description())) {
            text(x, y, "id", line);
            y += 14;
        }
        y -= 6;
        int[] bottoms = new int[64];
        for (ModelDumpLine line : lines.subList(1, lines.size())) {
            int depth = line.level() - 1;
            int left = x + depth * INDENT;
            if (depth > 0) {
                shapes.append("  <path class=\"line\" d=\"M%d %dV%dH%d\"/>\n"
                        .formatted(left - 8, bottoms[depth - 1], y + 10, left));
            }
            bottoms[depth] = y + 20;
            shapes.append("  <rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\" rx=\"4\"/>\n"
                    .formatted(kind(line), left, y, x + COLUMN - 20 - left));
            text(left + 8, y + 14, "", code(line));
            shapes.append("  <text class=\"id\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                    .formatted(x + COLUMN - 28, y + 14, xml(id(line))));
            y += ROW;
        }
        return y;
    }

    /** Empty for one that Camel has made up: it is another in every run. */
    private static String id(ModelDumpLine line) {
        return line.id().startsWith("llm-") ? line.id() : "";
    }

    private static String kind(ModelDumpLine line) {
        return KINDS.getOrDefault(line.type(), "other");
    }

    /** What the node does, in as many characters as there is room for beside its id. */
    private static String code(ModelDumpLine line) {
        String code = line.code()
                .replaceAll("exchangeProperty\\{CamelLlmRouter(\\w+)}", "$1")
                .replace("exchangeProperty.CamelLlmRouter", "")
                .replaceAll("\\[ \\[class [\\w.]*\\.(\\w+)]]", "[$1]")
                .replaceAll("\\s+", " ")
                .strip();
        int room = (COLUMN - 40 - line.level() * INDENT) / 6 - id(line).length();
        return code.length() <= room ? code : code.substring(0, Math.max(8, room - 1)) + "\u2026";
    }

    private static List<String> wrapped(String description) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : description.split(" ")) {
            if (line.length() + word.length() > 84) {
                lines.add(line.toString().strip());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().strip());
        return lines;
    }

    private void text(int x, int y, String style, String content) {
        shapes.append("  <text%s x=\"%d\" y=\"%d\">%s</text>\n"
                .formatted(
                        style.isEmpty() ? "" : String.format(Locale.ROOT, " class=\"%s\"", style), x, y, xml(content)));
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
