package dev.llmrouter.policy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import java.util.List;

/** Writes the problems of a file for people and for machines. */
final class ProblemPrinter {
    private static final int MAX_LINE = 120;

    /** Values that must not be shown, even where the fault is in another part of the same line. */
    private static final Pattern SECRET_VALUE = Pattern.compile(
            "(?i)((?:key|token|secret|password|authorization|credential|signature|sig|sha256)s?[\"']?\\s*[:=]\\s*)"
                    + "(\"[^\"]*\"?|'[^']*'?|[^,}\\]]+)");

    private static final Pattern SECRET_SHAPE = Pattern.compile("(?:sk|pk|rk|key)-[A-Za-z0-9_-]{6,}|://[^/@\\s]*@");
    private static final Pattern SECRET_FIELD =
            Pattern.compile("(?:^|\\.)(?:apiKey|headers|query|baseUrl|endpoint)\\b");

    private ProblemPrinter() {}

    static String text(PolicyCheck check) {
        List<String> lines = check.fileText().lines().toList();
        StringBuilder out = new StringBuilder();
        for (Problem problem : check.problems()) {
            out.append(check.source())
                    .append(':')
                    .append(problem.line())
                    .append(':')
                    .append(problem.column())
                    .append(": ")
                    .append(problem.severity().key())
                    .append(": ")
                    .append(problem.message())
                    .append('\n');
            if (problem.line() <= lines.size()
                    && !SECRET_FIELD.matcher(problem.path()).find()) {
                appendExcerpt(out, problem, lines.get(problem.line() - 1));
            }
        }
        return out.toString();
    }

    private static void appendExcerpt(StringBuilder out, Problem problem, String line) {
        String masked = masked(line);
        boolean shortened = masked.length() > MAX_LINE;
        String number = "%5d | ".formatted(problem.line());
        out.append(number).append(oneLine(shortened ? masked.substring(0, MAX_LINE) + " ..." : masked));
        out.append('\n');
        if (problem.column() <= MAX_LINE && masked.equals(line)) {
            out.append("      | ")
                    .append(" ".repeat(Math.max(0, problem.column() - 1)))
                    .append("^\n");
        }
    }

    /** The line with everything that could be a key replaced; placeholders stay, they are no secret. */
    static String masked(String line) {
        StringBuilder out = new StringBuilder();
        var values = SECRET_VALUE.matcher(line);
        int from = 0;
        while (values.find()) {
            boolean placeholder = values.group(2).contains("{{");
            out.append(line, from, values.start()).append(values.group(1));
            out.append(placeholder ? values.group(2) : "***");
            from = values.end();
        }
        String masked = out.append(line.substring(from)).toString();
        return SECRET_SHAPE.matcher(masked).replaceAll("***");
    }

    private static String oneLine(String line) {
        StringBuilder out = new StringBuilder(line.length());
        line.codePoints().forEach(c -> out.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return out.toString();
    }

    static String json(PolicyCheck check) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        RoutingPolicy policy = check.policy();
        root.put("source", check.source());
        root.put("hash", policy == null ? null : policy.hash());
        root.put("usable", check.isUsable());
        root.put("errors", check.count(Severity.UNUSABLE) + check.count(Severity.ERROR));
        root.put("warnings", check.count(Severity.WARNING));
        ArrayNode problems = root.putArray("problems");
        for (Problem problem : check.problems()) {
            problems.addObject()
                    .put("severity", problem.severity().key())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("path", problem.path())
                    .put("what", problem.what())
                    .put("fix", problem.fix())
                    .put("message", problem.message());
        }
        return root.toPrettyString();
    }
}
