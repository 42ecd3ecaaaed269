package dev.llmrouter.report.page;

import java.util.List;

/** Writes a document as Markdown (CommonMark with tables). */
public final class Markdown {
    private static final String ACTIVE = "\\`*_[]<>#|~";

    private Markdown() {}

    /** The document; every line ends with a line feed, whatever the system. */
    public static String write(List<Block> blocks) {
        StringBuilder out = new StringBuilder(4096);
        for (Block block : blocks) {
            if (!out.isEmpty()) {
                out.append('\n');
            }
            write(out, block);
        }
        return out.toString();
    }

    private static void write(StringBuilder out, Block block) {
        if (block instanceof Block.Heading heading) {
            out.append("#".repeat(heading.level()))
                    .append(' ')
                    .append(escape(heading.text()))
                    .append('\n');
        } else if (block instanceof Block.Paragraph paragraph) {
            out.append(escape(paragraph.text())).append('\n');
        } else if (block instanceof Block.Warning warning) {
            out.append("> **").append(escape(warning.text())).append("**\n");
        } else if (block instanceof Block.Items items) {
            items.items().forEach(item -> out.append("- ").append(escape(item)).append('\n'));
        } else if (block instanceof Block.Facts facts) {
            facts.rows()
                    .forEach(row -> out.append("- **")
                            .append(escape(row.get(0)))
                            .append(":** ")
                            .append(escape(row.get(1)))
                            .append('\n'));
        } else if (block instanceof Block.Lead lead) {
            out.append("**").append(escape(lead.text())).append("**\n");
        } else if (block instanceof Block.Code code) {
            code(out, code.text());
        } else if (block instanceof Block.Figure figure) {
            out.append(escape(figure.text())).append('\n');
        } else if (block instanceof Block.Table table) {
            row(out, table.header());
            out.append("|").append(" --- |".repeat(table.header().size())).append('\n');
            table.rows().forEach(row -> row(out, row));
        } else if (block instanceof Block.Figures table) {
            row(out, table.header());
            out.append("| --- |")
                    .append(" ---: |".repeat(table.header().size() - 1))
                    .append('\n');
            table.rows().forEach(row -> row(out, row));
        }
    }

    /** Indented, so that nothing in it can end it. */
    private static void code(StringBuilder out, String text) {
        text.lines().forEach(line -> out.append("    ").append(line).append('\n'));
    }

    private static void row(StringBuilder out, List<String> cells) {
        out.append('|');
        cells.forEach(cell -> out.append(' ').append(escape(cell)).append(" |"));
        out.append('\n');
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                out.append(' ');
            } else {
                if (ACTIVE.indexOf(c) >= 0 && !isInsideWord(text, i)) {
                    out.append('\\');
                }
                out.append(c);
            }
        }
        return out.toString();
    }

    /** An underscore between letters starts no emphasis; names are full of them. */
    private static boolean isInsideWord(String text, int at) {
        return text.charAt(at) == '_'
                && at > 0
                && at + 1 < text.length()
                && Character.isLetterOrDigit(text.charAt(at - 1))
                && Character.isLetterOrDigit(text.charAt(at + 1));
    }
}
