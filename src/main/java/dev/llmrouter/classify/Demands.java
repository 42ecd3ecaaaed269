package dev.llmrouter.classify;

import java.util.Locale;
import java.util.Set;

/**
 * What a text asks for, counted in one pass, outside of fenced blocks.
 *
 * @param questions question marks that end a sentence, runs of them counting once
 * @param instructions list items, and sentences that begin with an imperative (English and German verbs that are usual in
 *     requests, with "please" or "bitte" before them or not)
 */
record Demands(int questions, int instructions) {
    static final Demands NONE = new Demands(0, 0);

    private static final Set<String> IMPERATIVES = Set.of(
            "add",
            "analyse",
            "analyze",
            "answer",
            "assess",
            "avoid",
            "calculate",
            "change",
            "check",
            "choose",
            "classify",
            "compare",
            "compute",
            "convert",
            "correct",
            "count",
            "create",
            "decide",
            "define",
            "describe",
            "determine",
            "do",
            "draft",
            "draw",
            "evaluate",
            "explain",
            "extract",
            "find",
            "fix",
            "format",
            "generate",
            "give",
            "identify",
            "ignore",
            "implement",
            "improve",
            "include",
            "keep",
            "label",
            "list",
            "make",
            "name",
            "outline",
            "pick",
            "propose",
            "provide",
            "rate",
            "read",
            "refactor",
            "remove",
            "rephrase",
            "replace",
            "reply",
            "respond",
            "return",
            "review",
            "rewrite",
            "say",
            "select",
            "show",
            "solve",
            "sort",
            "suggest",
            "summarise",
            "summarize",
            "tell",
            "translate",
            "use",
            "verify",
            "write",
            "analysiere",
            "antworte",
            "bearbeite",
            "benutze",
            "berechne",
            "beschreibe",
            "bestimme",
            "beurteile",
            "bewerte",
            "ergänze",
            "erkläre",
            "erläutere",
            "erstelle",
            "extrahiere",
            "fasse",
            "finde",
            "formatiere",
            "formuliere",
            "generiere",
            "gib",
            "klassifiziere",
            "korrigiere",
            "liste",
            "löse",
            "nenne",
            "nutze",
            "ordne",
            "prüfe",
            "sage",
            "schlage",
            "schreibe",
            "schreib",
            "sortiere",
            "übersetze",
            "vergleiche",
            "verwende",
            "vermeide",
            "wähle",
            "zeige",
            "zähle");

    private static final Set<String> POLITE = Set.of("please", "bitte", "kindly", "then", "dann", "now", "also");

    Demands plus(Demands other) {
        return new Demands(questions + other.questions, instructions + other.instructions);
    }

    static Demands of(String text) {
        return new Scan(text).run();
    }

    private static final class Scan {
        private final String text;
        private final int end;
        private int at;
        private int questions;
        private int instructions;
        /** Whether a sentence begins here, and whether its line was counted as a list item already. */
        private boolean begins = true;

        private boolean counted;

        Scan(String text) {
            this.text = text;
            this.end = text.length();
        }

        Demands run() {
            boolean fenced = false;
            while (at < end) {
                int line = text.indexOf('\n', at);
                int stop = line < 0 ? end : line;
                at = skipBlanks(at, stop);
                if (text.startsWith("```", at)) {
                    fenced = !fenced;
                } else if (!fenced) {
                    line(stop);
                }
                at = stop + 1;
            }
            return new Demands(questions, instructions);
        }

        private int skipBlanks(int from, int to) {
            int i = from;
            while (i < to && text.charAt(i) <= ' ') {
                i++;
            }
            return i;
        }

        private void line(int stop) {
            int item = afterMark(at, stop);
            counted = item > at;
            instructions += counted ? 1 : 0;
            at = item;
            begins = true;
            while (at < stop) {
                char c = text.charAt(at);
                if (Character.isLetter(c)) {
                    word(stop);
                    continue;
                }
                if (isQuestionMark(c)) {
                    boolean ends = at + 1 >= stop || !Character.isLetterOrDigit(text.charAt(at + 1)) || c > 0x7F;
                    questions += ends && !isQuestionMark(at + 1 < stop ? text.charAt(at + 1) : ' ') ? 1 : 0;
                }
                boolean endsSentence = c == '.' || c == '!' || c == ':' || c == ';' || isQuestionMark(c);
                counted &= !endsSentence;
                begins = endsSentence || begins && c <= '/';
                at++;
            }
        }

        private void word(int stop) {
            int from = at;
            while (at < stop && Character.isLetter(text.charAt(at))) {
                at++;
            }
            if (!begins) {
                return;
            }
            begins = false;
            if (at - from <= 16) {
                String word = text.substring(from, at).toLowerCase(Locale.ROOT);
                begins = POLITE.contains(word);
                instructions += !counted && IMPERATIVES.contains(word) ? 1 : 0;
            }
        }

        private static boolean isQuestionMark(char c) {
            return c == '?' || c == '\uFF1F' || c == '\u061F';
        }

        /** After "1." "2)" "-" "*" and a blank; the same place if there is no such mark. */
        private int afterMark(int from, int stop) {
            int i = from;
            while (i < stop && i - from < 3 && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                i++;
            }
            boolean number = i > from && i < stop && (text.charAt(i) == '.' || text.charAt(i) == ')');
            boolean bullet = i == from && i < stop && "-*\u2022".indexOf(text.charAt(i)) >= 0;
            return (number || bullet) && i + 1 < stop && text.charAt(i + 1) == ' ' ? i + 2 : from;
        }
    }
}
