package dev.llmrouter.classify.gate;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Signs of a hard input that a person can see: length, numbers, symbols, answer options, negation, conditions.
 *
 * <p>Options are lines that begin with a capital letter and a full stop or bracket ("A. ...", "(B) ..."); what stands
 * before the first is the question.
 */
final class PromptSigns {
    /** What each value of {@link #of} says, in words. */
    static final List<String> NAMES = List.of(
            "length of the question",
            "length of the answer options",
            "share of digits",
            "share of capital letters",
            "share of mathematical symbols and brackets",
            "length of the words",
            "how many numbers it has",
            "how large its numbers are",
            "number of sentences",
            "a negation (not, except)",
            "a blank to fill in",
            "whether it ends with a question mark",
            "numbers as answer options",
            "answer options of unequal length",
            "statements to judge",
            "'which of the following'",
            "percentages",
            "amounts of money",
            "a condition (if, unless)",
            "shares or rates (each, every, per)",
            "multiples and fractions (twice, half, times)",
            "number of answer options",
            "a very short or very long question",
            "very many numbers",
            "code or markup");

    private static final Pattern OPTION = Pattern.compile("(?m)^\\s*\\(?[A-J][.)]\\s");
    private static final Pattern NUMBER_OPTION = Pattern.compile("(?m)^\\s*\\(?[A-J][.)]\\s*[-+$]?\\d");
    private static final int LONGEST = 20_000;

    private PromptSigns() {}

    /** The question without its answer options. */
    static String stem(String text) {
        var matcher = OPTION.matcher(text);
        return matcher.find() && matcher.start() > 0 ? text.substring(0, matcher.start()) : text;
    }

    static double[] of(String whole) {
        String text = whole.length() > LONGEST ? whole.substring(0, LONGEST) : whole;
        String question = stem(text);
        String options = text.substring(question.length());
        String low = " " + question.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ") + " ";
        Counts all = Counts.of(text);
        Counts asked = Counts.of(question);
        double length = StrictMath.log1p(question.length());
        double numbers = StrictMath.log1p(asked.numbers);
        int longest = 0;
        int optionCount = 0;
        for (String option : options.isEmpty() ? new String[0] : options.split("\n")) {
            longest = Math.max(longest, option.length());
            optionCount++;
        }
        double mean = options.length() / (double) Math.max(1, optionCount);
        double chars = Math.max(1, text.length());
        return new double[] {
            length,
            StrictMath.log1p(options.length()),
            all.digits / chars,
            all.capitals / chars,
            all.symbols / chars,
            asked.letters / (double) Math.max(1, asked.words),
            numbers,
            asked.largest,
            StrictMath.log1p(asked.sentences),
            any(low, " not ", "except", "n't ", " never "),
            any(low, "__"),
            low.strip().endsWith("?") ? 1 : 0,
            NUMBER_OPTION.matcher(options).results().limit(3).count() >= 3 ? 1 : 0,
            StrictMath.log1p(Math.max(0, longest - mean)),
            any(low, "statement"),
            any(low, "which of the following", "which one of"),
            any(low, "%", "percent"),
            any(low, "$", "\u20AC", "\u00A3", "dollar", "cents"),
            any(low, " if ", " unless ", " suppose ", " assume"),
            any(low, " each ", " every ", " per "),
            any(low, "twice", " half ", " times ", "third", "quarter", "double"),
            optionCount,
            length * length / 10,
            numbers * numbers,
            any(low, "```", "();", "</", "def ", "return ")
        };
    }

    private static double any(String text, String... parts) {
        for (String part : parts) {
            if (text.contains(part)) {
                return 1;
            }
        }
        return 0;
    }

    /** Counts over the characters of a text. */
    private static final class Counts {
        int digits;
        int capitals;
        int symbols;
        int letters;
        int words;
        int numbers;
        int sentences;
        /** Natural logarithm of one plus the largest number. */
        double largest;

        static Counts of(String text) {
            Counts c = new Counts();
            boolean inWord = false;
            int digitsInRow = 0;
            double value = 0;
            for (int i = 0; i < text.length(); i++) {
                char ch = text.charAt(i);
                boolean digit = ch >= '0' && ch <= '9';
                if (digit) {
                    c.digits++;
                    value = Math.min(1e15, value * 10 + (ch - '0'));
                    c.numbers += digitsInRow++ == 0 ? 1 : 0;
                } else if (digitsInRow > 0 && ch != ',') {
                    c.largest = Math.max(c.largest, StrictMath.log1p(value));
                    digitsInRow = 0;
                    value = 0;
                }
                boolean letter = Character.isLetterOrDigit(ch);
                c.letters += letter ? 1 : 0;
                c.words += letter && !inWord ? 1 : 0;
                inWord = letter;
                c.capitals += Character.isUpperCase(ch) ? 1 : 0;
                c.symbols += "=+-*/^$\\<>()".indexOf(ch) >= 0 ? 1 : 0;
                c.sentences += ch == '.' || ch == '!' || ch == '?' ? 1 : 0;
            }
            c.largest = digitsInRow > 0 ? Math.max(c.largest, StrictMath.log1p(value)) : c.largest;
            return c;
        }
    }
}
