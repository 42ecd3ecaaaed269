package dev.llmrouter.cli;

import java.math.BigDecimal;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An exact decimal number of an option, of at most {@value #MOST_DIGITS} digits before and after the point. */
final class DecimalConverter implements ITypeConverter<BigDecimal> {
    private static final int MOST_DIGITS = 30;

    @Override
    public BigDecimal convert(String value) {
        try {
            BigDecimal number = value.length() > 2 * MOST_DIGITS + 2 ? null : new BigDecimal(value);
            if (number != null
                    && Math.abs((long) number.scale()) <= MOST_DIGITS
                    && (long) number.precision() - number.scale() <= MOST_DIGITS) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(value);
        }
        throw refused(value);
    }

    private static TypeConversionException refused(String value) {
        return new TypeConversionException(
                "'" + value + "' is no number that can be meant; allowed are numbers as 5 or 0.5, with at most "
                        + MOST_DIGITS + " digits before and after the point");
    }
}
