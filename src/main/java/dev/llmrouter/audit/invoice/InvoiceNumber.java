package dev.llmrouter.audit.invoice;

import java.math.BigDecimal;

/** A number in a cell: exact, and of a size that sums can be made of. */
final class InvoiceNumber {
    /** What a cell may hold, in words. */
    static final String ALLOWED = "allowed is a number with a decimal point, below 1,000,000,000,000,000";

    private static final BigDecimal LIMIT = new BigDecimal("1000000000000000");
    private static final int LONGEST = 60;
    private static final int MOST_DECIMALS = 40;

    private InvoiceNumber() {}

    /** @throws NumberFormatException if it is none, or too large or too finely divided to be meant */
    static BigDecimal parse(String text) {
        String digits = text.startsWith("$") ? text.substring(1) : text;
        if (digits.length() > LONGEST) {
            throw new NumberFormatException("too long");
        }
        BigDecimal number = new BigDecimal(digits);
        // the exponent first: a comparison would write it out
        if (Math.abs((long) number.scale()) > MOST_DECIMALS || number.abs().compareTo(LIMIT) >= 0) {
            throw new NumberFormatException("too large, or with too many decimals");
        }
        return number;
    }
}
