package dev.llmrouter.policy.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes the problems of a file for people and for machines. */
final class ProblemPrinter {
    private static final int MAX_LINE = 120;

    /** How much of a line is looked through for secrets; what is beyond is not shown. */
    private static final int LOOKED_THROUGH = 1_000;

    /** A field whose value must not be shown, even where the fault is in another part of the same line. */
    private static final Pattern SECRET_START = Pattern.compile(
            "(?i)(?:[\\w-]*(?:key|token|secret|password|authorization|credential|cookie|signature|sha256)s?|headers|query|proxy)"
                    + "[\"']?\\s*[:=]");

    /** A value that is a placeholder and nothing else, and so no secret; a default could be one. */
    private static final Pattern PLACEHOLDER_ONLY =
            Pattern.compile("^\\s*([\"']?)\\{\\{\\s*(?:(?:env|sys):)?[A-Za-z0-9_.\\-/]+\\s*\\}\\}[\"']?\\s*(?:[,}]|$)");

    private static final Pattern SECRET_SHAPE =
            Pattern.compile("(?:sk|pk|rk|key|llmr)-[A-Za-z0-9_-]{6,}|://[^/@\\s]*@");
    private static final Pattern SECRET_FIELD =
            Pattern.compile("(?:^|\\.)(?:apiKey|headers|query|baseUrl|proxy|endpoint|metadata)\\b");

    /** The first line of a block whose lines must not be shown. */
    private static final Pattern SECRET_BLOCK =
            Pattern.compile("^(\\s*(?:- )?)[\"']?(?:apiKey|headers|query|proxy|metadata)[\"']?\\s*:");

    private ProblemPrinter() {}

    static String text(PolicyCheck check) {
        List<String> lines = check.fileText().lines().toList();
        Set<Integer> secret = secretLines(lines);
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
                    && !secret.contains(problem.line())
                    && !SECRET_FIELD.matcher(problem.path()).find()) {
                appendExcerpt(out, problem, lines.get(problem.line() - 1));
            }
        }
        return out.toString();
    }

    private static void appendExcerpt(StringBuilder out, Problem problem, String whole) {
        String line = whole.length() > LOOKED_THROUGH ? whole.substring(0, LOOKED_THROUGH) : whole;
        String masked = masked(line);
        boolean shortened = masked.length() > MAX_LINE;
        String number = "%5d | ".formatted(problem.line());
        out.append(number).append(oneLine(shortened ? masked.substring(0, MAX_LINE) + " ..." : masked));
        out.append('\n');
        if (problem.column() <= MAX_LINE
                && line.startsWith(masked.substring(0, Math.min(masked.length(), problem.column())))) {
            out.append("      | ")
                    .append(" ".repeat(Math.max(0, problem.column() - 1)))
                    .append("^\n");
        }
    }

    /** The line up to the first value that could be a secret; what is a placeholder alone stays. */
    static String masked(String line) {
        Matcher start = SECRET_START.matcher(line);
        int from = 0;
        while (start.find(from)) {
            from = start.end();
            String rest = line.substring(from);
            if (!rest.isBlank() && !PLACEHOLDER_ONLY.matcher(rest).find()) {
                return SECRET_SHAPE.matcher(line.substring(0, from)).replaceAll("***") + " ***";
            }
        }
        return SECRET_SHAPE.matcher(line).replaceAll("***");
    }

    /** Numbers of the lines that belong to a block of keys or headers, its first line left out; from 1. */
    private static Set<Integer> secretLines(List<String> lines) {
        Set<Integer> secret = new HashSet<>();
        int blockIndent = -1;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int indent = line.length() - line.stripLeading().length();
            if (blockIndent >= 0 && (line.isBlank() || indent > blockIndent)) {
                secret.add(i + 1);
                continue;
            }
            Matcher block = SECRET_BLOCK.matcher(line);
            blockIndent = block.find() ? block.group(1).length() : -1;
        }
        return secret;
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
