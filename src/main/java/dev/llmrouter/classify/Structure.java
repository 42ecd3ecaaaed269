package dev.llmrouter.classify;

/**
 * Structure that stands in a text, found line by line in one pass. Rules of thumb, not parsers; {@code StructureTest} says on what they were tried.
 */
record Structure(boolean code, boolean json, boolean markup, boolean table) {
    static final Structure NONE = new Structure(false, false, false, false);

    static Structure of(String text) {
        return new Scan(text).read();
    }

    Structure or(Structure other) {
        return new Structure(code || other.code, json || other.json, markup || other.markup, table || other.table);
    }

    private static final class Scan {
        private static final int CODE_LINES = 2;

        private final String text;
        private int nextClose = -1; // the next '>' from where somebody last looked on
        private boolean fence;
        private int codeLines;
        private int tags;
        private int pairs;
        private int braces;
        private int pipeLines;
        private int commaLines;
        private int commas;
        private int tabs;
        private int tabLines;
        private boolean table;

        Scan(String text) {
            this.text = text;
        }

        Structure read() {
            int start = 0;
            int to = text.length();
            while (start < to) {
                int end = text.indexOf('\n', start);
                end = end < 0 ? to : end;
                line(start, end);
                start = end + 1;
            }
            boolean json = pairs > 0 && braces > 0;
            return new Structure(fence || codeLines >= CODE_LINES && !json, json, tags >= 2, table);
        }

        private void line(int from, int to) {
            int first = from;
            while (first < to && text.charAt(first) <= ' ') {
                first++;
            }
            int last = to;
            while (last > first && text.charAt(last - 1) <= ' ') {
                last--;
            }
            if (text.startsWith("```", first) || text.startsWith("~~~", first)) {
                fence = true;
            }
            int pipes = 0;
            int commasHere = 0;
            int tabsHere = 0;
            int syntax = 0;
            for (int i = first; i < last; i++) {
                char next = i + 1 < last ? text.charAt(i + 1) : ' ';
                switch (text.charAt(i)) {
                    case '|' -> pipes++;
                    case ',' -> commasHere += next == ' ' ? 0 : 1;
                    case '\t' -> tabsHere++;
                    case '{' -> {
                        braces++;
                        syntax++;
                    }
                    case '}', ';' -> syntax += i == last - 1 ? 2 : 1;
                    case '=' -> syntax++;
                    case '(' -> syntax += next == ')' ? 2 : 1;
                    case '"' -> pairs += isColonAfter(text, i + 1, last) ? 1 : 0;
                    case '<' -> tags += isTag(i + 1, last) ? 1 : 0;
                    default -> {}
                }
            }
            syntax += last > first && startsCode(text, first, last) ? 2 : 0;
            codeLines += syntax >= 3 ? 1 : 0;
            tableLine(pipes, commasHere, tabsHere);
        }

        private void tableLine(int pipes, int commasHere, int tabsHere) {
            pipeLines = pipes >= 2 ? pipeLines + 1 : 0;
            commaLines = commasHere >= 2 && (commaLines == 0 || commasHere == commas) ? commaLines + 1 : 0;
            tabLines = tabsHere >= 1 && (tabLines == 0 || tabsHere == tabs) ? tabLines + 1 : 0;
            commas = commasHere;
            tabs = tabsHere;
            table |= pipeLines >= 2 || commaLines >= 3 || tabLines >= 3;
        }

        /** After a quotation mark that ends a key: a colon, and then the start of a JSON value. */
        private static boolean isColonAfter(String text, int from, int to) {
            int at = skipBlanks(text, from, Math.min(to, from + 8));
            if (at >= to || text.charAt(at) != ':') {
                return false;
            }
            at = skipBlanks(text, at + 1, Math.min(to, at + 9));
            return at >= to || "\"{[-0123456789tfn".indexOf(text.charAt(at)) >= 0;
        }

        private static int skipBlanks(String text, int from, int to) {
            int at = from;
            while (at < to && text.charAt(at) == ' ') {
                at++;
            }
            return at;
        }

        /** A tag's name, and a {@code >} within 200 chars. */
        private boolean isTag(int from, int to) {
            int at = from < to && text.charAt(from) == '/' ? from + 1 : from;
            int name = at;
            while (at < to
                    && at - name < 40
                    && (KeywordIndex.isWordChar(text.charAt(at)) || ":-".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            if (at == name || !Character.isLetter(text.charAt(name)) || at >= to) {
                return false;
            }
            char after = text.charAt(at);
            if (after == '>') {
                return true;
            }
            return (after == ' ' || after == '/') && close(at) < Math.min(to, at + 200);
        }

        /** Where the next {@code >} stands; the text is searched once, however many tags begin. */
        private int close(int from) {
            if (nextClose < from) {
                int found = text.indexOf('>', from);
                nextClose = found < 0 ? Integer.MAX_VALUE : found;
            }
            return nextClose;
        }

        private static final String[] STARTS = {
            "def ",
            "class ",
            "public ",
            "private ",
            "import ",
            "#include",
            "return ",
            "function ",
            "const ",
            "let ",
            "var ",
            "SELECT ",
            "INSERT ",
            "UPDATE ",
            "func ",
            "fn ",
            "package ",
            "if (",
            "for (",
            "while (",
            "from "
        };

        private static boolean startsCode(String text, int from, int to) {
            char last = text.charAt(to - 1);
            for (String start : STARTS) {
                if (text.startsWith(start, from)) {
                    return ":;{})".indexOf(last) >= 0 || start.charAt(0) == '#' || start.charAt(0) < 'a';
                }
            }
            return false;
        }
    }
}
