package dev.llmrouter.record.ledger;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Money as the ledger holds it: whole pico-USD, 1e-12 USD. A price of one millionth of a USD per million tokens, times one
 * token, is 1 pico-USD, so that every amount of a price with at most six decimals is whole. Nothing is ever rounded.
 */
public final class PicoUsd {
    /** Decimal places of a USD that one pico-USD stands at. */
    public static final int DECIMALS = 12;

    private PicoUsd() {}

    /**
     * The amount in pico-USD.
     *
     * @param usd null for unknown
     * @return null for unknown
     * @throws ArithmeticException if the amount is no whole number of pico-USD, or above 9,223,372 USD: it is not rounded
     */
    public static @Nullable Long of(@Nullable BigDecimal usd) {
        if (usd == null) {
            return null;
        }
        try {
            return usd.movePointRight(DECIMALS).longValueExact();
        } catch (ArithmeticException e) {
            throw new ArithmeticException(usd.toPlainString() + " USD is no whole number of pico-USD (1e-12 USD) up to "
                    + toUsd(Long.MAX_VALUE).toPlainString()
                    + "; the ledger does not round. State prices with at most 6 decimals per million tokens.");
        }
    }

    /** The amount in USD, without trailing zeros. */
    public static BigDecimal toUsd(long pico) {
        return toUsd(BigInteger.valueOf(pico));
    }

    /** The amount in USD, without trailing zeros. */
    public static BigDecimal toUsd(BigInteger pico) {
        BigDecimal usd = new BigDecimal(pico, DECIMALS);
        return usd.signum() == 0 ? BigDecimal.ZERO : usd.stripTrailingZeros();
    }
}
