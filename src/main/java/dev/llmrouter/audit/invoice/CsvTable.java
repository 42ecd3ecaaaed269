package dev.llmrouter.audit.invoice;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of comma-separated values whose first row names the columns. Source: RFC 4180; semicolons and tabs separate as
 * well, where the first row has more of these.
 *
 * @param columns their names, without spaces around them
 */
record CsvTable(List<String> columns, List<Row> rows) {
    /** @param line where the row begins in the file, from 1 */
    record Row(int line, List<String> cells) {
        /** The text of a column, without spaces around it; empty where the row is shorter. */
        String cell(int column) {
            return column < cells.size() ? cells.get(column).strip() : "";
        }
    }

    /** @throws IllegalArgumentException if there is no header, or a quoted cell does not end */
    static CsvTable parse(String text) {
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        List<Row> rows = rows(content, separator(content));
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("is empty; its first line has to name the columns.");
        }
        List<String> columns = rows.get(0).cells.stream().map(String::strip).toList();
        return new CsvTable(columns, List.copyOf(rows.subList(1, rows.size())));
    }

    private static char separator(String content) {
        String header = content.lines().findFirst().orElse("");
        char best = ',';
        for (char each : new char[] {';', '\t'}) {
            if (header.chars().filter(c -> c == each).count()
                    > header.chars().filter(separated(best)).count()) {
                best = each;
            }
        }
        return best;
    }

    private static java.util.function.IntPredicate separated(char by) {
        return c -> c == by;
    }

    private static List<Row> rows(String content, char separator) {
        List<Row> rows = new ArrayList<>();
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        int line = 1;
        int begun = 1;
        for (int i = 0; i < content.length(); i++) {
            char c = content.charAt(i);
            line += c == '\n' ? 1 : 0;
            if (quoted) {
                if (c != '"') {
                    cell.append(c);
                } else if (i + 1 < content.length() && content.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == separator) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (c == '\n') {
                end(rows, cells, cell, begun);
                cells = new ArrayList<>();
                begun = line;
            } else {
                cell.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException(
                    "has a quoted cell that does not end, in the row of line " + begun + ".");
        }
        end(rows, cells, cell, begun);
        return rows;
    }

    private static void end(List<Row> rows, List<String> cells, StringBuilder cell, int line) {
        cells.add(cell.toString());
        cell.setLength(0);
        if (cells.stream().anyMatch(text -> !text.isBlank())) {
            rows.add(new Row(line, cells));
        }
    }

    /** Number of a column whatever its case, or -1. */
    int column(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }
}
