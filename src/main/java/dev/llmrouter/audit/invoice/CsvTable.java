package dev.llmrouter.audit.invoice;

import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of comma-separated values whose first row names the columns, row by row. Source: RFC 4180; semicolons and tabs
 * separate as well, where the first row has more of these or a line {@code sep=;} before it says so, and a line ends with a
 * line feed, a carriage return, or both. Use by one thread.
 */
final class CsvTable implements Closeable {
    /** Characters of one row; no export has that many, and a quote that does not end has. */
    private static final int LONGEST_ROW = 1_000_000;

    private final PushbackReader in;
    private final List<String> columns;
    private char separator = ',';
    private int line = 1;

    /** @param line where the row begins in the file, from 1 */
    record Row(int line, List<String> cells) {
        /** The text of a column, without spaces around it; empty where the row is shorter. */
        String cell(int column) {
            return column < cells.size() ? cells.get(column).strip() : "";
        }
    }

    /**
     * Reads the header.
     *
     * @param in is closed with the table
     * @throws IllegalArgumentException if there is none, or a quoted cell does not end
     */
    CsvTable(Reader in) throws IOException {
        this.in = new PushbackReader(in, LONGEST_ROW + 1);
        int first = this.in.read();
        if (first >= 0 && first != '\uFEFF') {
            this.in.unread(first);
        }
        columns = header();
    }

    private List<String> header() throws IOException {
        String text = peekLine();
        while (text.isBlank() && skipLine()) {
            text = peekLine();
        }
        String stated = text.strip().replace("\"", "");
        if (stated.length() == 5 && stated.startsWith("sep=")) {
            separator = stated.charAt(4);
            skipLine();
        } else {
            separator = separator(text);
        }
        Row row = next();
        if (row == null) {
            throw new IllegalArgumentException("is empty; its first line has to name the columns.");
        }
        return row.cells.stream().map(String::strip).toList();
    }

    private String peekLine() throws IOException {
        StringBuilder text = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n' && c != '\r' && text.length() < LONGEST_ROW) {
            text.append((char) c);
            c = in.read();
        }
        if (c >= 0) {
            in.unread(c);
        }
        in.unread(text.toString().toCharArray());
        return text.toString();
    }

    /** @return whether there was a line's end */
    private boolean skipLine() throws IOException {
        int c = in.read();
        while (c >= 0 && !isEnd(c)) {
            c = in.read();
        }
        return c >= 0;
    }

    private static char separator(String header) {
        char best = ',';
        for (char each : new char[] {';', '\t'}) {
            if (count(header, each) > count(header, best)) {
                best = each;
            }
        }
        return best;
    }

    private static long count(String header, char sought) {
        return header.chars().filter(c -> c == sought).count();
    }

    /** Whether a line ends with this character, which is counted; of two that end it the second is read with it. */
    private boolean isEnd(int c) throws IOException {
        if (c == '\r') {
            int second = in.read();
            if (second >= 0 && second != '\n') {
                in.unread(second);
            }
        }
        boolean isEnd = c == '\n' || c == '\r';
        line += isEnd ? 1 : 0;
        return isEnd;
    }

    /**
     * The next row that is not blank; null for none.
     *
     * @throws IllegalArgumentException if a quoted cell does not end
     */
    @Nullable
    Row next() throws IOException {
        while (true) {
            int begun = line;
            List<String> cells = new ArrayList<>();
            boolean isMore = read(cells, begun);
            if (cells.stream().anyMatch(text -> !text.isBlank())) {
                return new Row(begun, cells);
            }
            if (!isMore) {
                return null;
            }
        }
    }

    /** @return whether the row has ended before the file */
    private boolean read(List<String> cells, int begun) throws IOException {
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        int length = 0;
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (++length > LONGEST_ROW) {
                throw new IllegalArgumentException("has more than " + LONGEST_ROW + " characters in the row of line "
                        + begun + (quoted ? ", in a quoted cell that does not end." : "."));
            }
            if (quoted) {
                quoted = isStillQuoted(c, cell);
            } else if (c == '"') {
                quoted = true;
            } else if (c == separator) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (isEnd(c)) {
                cells.add(cell.toString());
                return true;
            } else {
                cell.append((char) c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException(
                    "has a quoted cell that does not end, in the row of line " + begun + ".");
        }
        cells.add(cell.toString());
        return false;
    }

    private boolean isStillQuoted(int c, StringBuilder cell) throws IOException {
        if (c != '"') {
            cell.append(isEnd(c) ? '\n' : (char) c);
            return true;
        }
        int second = in.read();
        if (second == '"') {
            cell.append('"');
            return true;
        }
        if (second >= 0) {
            in.unread(second);
        }
        return false;
    }

    /** Names of the columns, without spaces around them. */
    List<String> columns() {
        return columns;
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

    @Override
    public void close() throws IOException {
        in.close();
    }
}
