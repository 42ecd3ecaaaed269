package dev.llmrouter.route;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Ids of requests: {@code req_} and 128 bits in hexadecimal, of which the first 48 are the time in ms since 1970-01-01T00:00Z, as in
 * version 7 of RFC 9562's UUIDs, and the others come from the system's cryptographic source, so that nobody who has seen ids knows the
 * next. Ids of one time stand side by side in a database's index: of random ones each would change another page of it. Safe for use by
 * many threads.
 *
 * <p>Bits are fetched for {@value #IDS_PER_FETCH} ids at a time, because each fetch is a call of the operating system.
 */
public final class RequestIds implements Supplier<String> {
    private static final int RANDOM_BYTES = 10;
    private static final int TIME_DIGITS = 12;
    private static final int IDS_PER_FETCH = 256;
    /** Threads share them evenly enough; virtual threads are too many for one each. */
    private static final int STOCKS = 8;

    private static final HexFormat HEX = HexFormat.of();

    private final Stock[] stocks = new Stock[STOCKS];
    private final InstantSource clock;

    public RequestIds(InstantSource clock) {
        this.clock = clock;
        SecureRandom random = new SecureRandom();
        Arrays.setAll(stocks, i -> new Stock(random));
    }

    @Override
    public String get() {
        Stock stock = stocks[(int) (Thread.currentThread().getId() % STOCKS)];
        return "req_" + HEX.toHexDigits(clock.millis(), TIME_DIGITS) + stock.next();
    }

    /** Bits for the next ids; each is used once. */
    private static final class Stock {
        private final SecureRandom random;
        private final byte[] bits = new byte[RANDOM_BYTES * IDS_PER_FETCH];
        private int used = bits.length;

        Stock(SecureRandom random) {
            this.random = random;
        }

        synchronized String next() {
            if (used == bits.length) {
                random.nextBytes(bits);
                used = 0;
            }
            String digits = HEX.formatHex(bits, used, used + RANDOM_BYTES);
            Arrays.fill(bits, used, used + RANDOM_BYTES, (byte) 0);
            used += RANDOM_BYTES;
            return digits;
        }
    }
}
