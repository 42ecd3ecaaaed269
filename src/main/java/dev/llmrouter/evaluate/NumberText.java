package dev.llmrouter.evaluate;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers from text, every digit of them. A comma parts thousands where groups of three digits follow it ({@code 1,000}; as in India {@code 1,00,000}),
 * else it is a decimal comma ({@code 3,5}); points part thousands before a decimal comma ({@code 1.234,5}), or where there are
 * several. What is neither ({@code 1,2,3}; a date) is taken apart, and its last part is the number. A sign belongs to a number unless a digit stands
 * before it: {@code 10-12} ends in 12. Stateless.
 */
final class NumberText {
    private static final Pattern NUMBER = Pattern.compile("(?:\\d(?:[\\d.,]*\\d)?|\\.\\d+)(?:[eE][-+]?\\d+)?");
    private static final String EXPONENT = "(?:[eE][-+]?\\d+)?";
    private static final Pattern ONE_POINT = Pattern.compile("\\d*(?:\\.?\\d+)" + EXPONENT);
    private static final Pattern THOUSANDS = Pattern.compile("[1-9]\\d{0,2}(?:,\\d{3})+(?:\\.\\d+)?" + EXPONENT);
    private static final Pattern LAKHS = Pattern.compile("[1-9]\\d?(?:,\\d{2})+,\\d{3}(?:\\.\\d+)?" + EXPONENT);
    private static final Pattern COMMA = Pattern.compile("(?:\\d+|[1-9]\\d{0,2}(?:\\.\\d{3})+),\\d+" + EXPONENT);
    private static final Pattern POINTS = Pattern.compile("[1-9]\\d{0,2}(?:\\.\\d{3}){2,}");
    private static final String SIGNS = "-+\u2212"; // the last is the minus sign of typesetting
    private static final int MOST_DIGITS = 1_000;
    private static final int MOST_EXPONENT_DIGITS = 4;

    private NumberText() {}

    /** The last number of a text; null if it has none that can be read. */
    static @Nullable BigDecimal last(String text) {
        Matcher matcher = NUMBER.matcher(text);
        BigDecimal last = null;
        while (matcher.find()) {
            String plain = plain(matcher.group());
            BigDecimal found = number(plain == null ? lastPart(matcher.group()) : plain);
            boolean isNegative = plain != null && isNegative(text, matcher.start());
            last = found != null && isNegative ? found.negate() : found;
        }
        return last;
    }

    /** The number that a text is, from its first character to its last; null if it is none. */
    static @Nullable BigDecimal whole(String text) {
        String digits = !text.isEmpty() && SIGNS.indexOf(text.charAt(0)) >= 0 ? text.substring(1) : text;
        BigDecimal found = NUMBER.matcher(digits).matches() ? number(plain(digits)) : null;
        return found != null && isNegative(text, text.length() - digits.length()) ? found.negate() : found;
    }

    private static boolean isNegative(String text, int start) {
        int at = start - 1;
        return at >= 0
                && SIGNS.indexOf(text.charAt(at)) >= 0
                && text.charAt(at) != '+'
                && (at == 0 || !Character.isDigit(text.charAt(at - 1)));
    }

    /** @param text without a sign before it; null if it is none, or has more digits than anybody means */
    private static @Nullable BigDecimal number(@Nullable String text) {
        if (text == null) {
            return null;
        }
        int e = Math.max(text.indexOf('e'), text.indexOf('E'));
        int end = e < 0 ? text.length() : e;
        return end > MOST_DIGITS || text.length() - end > MOST_EXPONENT_DIGITS + 2 ? null : new BigDecimal(text);
    }

    /** With a decimal point and nothing else between the digits; null where the separators make no number. */
    private static @Nullable String plain(String text) {
        if (ONE_POINT.matcher(text).matches()) {
            return text;
        }
        if (THOUSANDS.matcher(text).matches() || LAKHS.matcher(text).matches()) {
            return text.replace(",", "");
        }
        if (COMMA.matcher(text).matches()) {
            return text.replace(".", "").replace(',', '.');
        }
        return POINTS.matcher(text).matches() ? text.replace(".", "") : null;
    }

    private static String lastPart(String text) {
        return text.substring(Math.max(text.lastIndexOf(','), text.lastIndexOf('.')) + 1);
    }

    /**
     * Whether two numbers are near enough.
     *
     * @param tolerance as a share of the wanted number's size (absolute where that is 0); 0 for the same number
     */
    static boolean isClose(BigDecimal wanted, BigDecimal found, double tolerance) {
        if (wanted.compareTo(found) == 0) {
            return true;
        }
        double size = wanted.signum() == 0 ? 1 : Math.abs(wanted.doubleValue());
        return tolerance > 0 && Math.abs(wanted.doubleValue() - found.doubleValue()) <= tolerance * size * (1 + 1e-12);
    }
}
