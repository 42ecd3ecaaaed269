package dev.llmrouter.route;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Ids of requests: {@code req_} and 128 bits in hexadecimal of the system's cryptographic source, so that nobody who has seen
 * ids knows the next. Safe for use by many threads.
 *
 * <p>Bits are fetched for {@value #IDS_PER_FETCH} ids at a time, because each fetch is a call of the operating system.
 */
public final class RequestIds implements Supplier<String> {
    private static final int ID_BYTES = 16;
    private static final int IDS_PER_FETCH = 256;
    /** Threads share them evenly enough; virtual threads are too many for one each. */
    private static final int STOCKS = 8;

    private static final HexFormat HEX = HexFormat.of();

    private final Stock[] stocks = new Stock[STOCKS];

    public RequestIds() {
        SecureRandom random = new SecureRandom();
        Arrays.setAll(stocks, i -> new Stock(random));
    }

    @Override
    public String get() {
        return stocks[(int) (Thread.currentThread().getId() % STOCKS)].next();
    }

    /** Bits for the next ids; each is used once. */
    private static final class Stock {
        private final SecureRandom random;
        private final byte[] bits = new byte[ID_BYTES * IDS_PER_FETCH];
        private int used = bits.length;

        Stock(SecureRandom random) {
            this.random = random;
        }

        synchronized String next() {
            if (used == bits.length) {
                random.nextBytes(bits);
                used = 0;
            }
            String id = "req_" + HEX.formatHex(bits, used, used + ID_BYTES);
            Arrays.fill(bits, used, used + ID_BYTES, (byte) 0);
            used += ID_BYTES;
            return id;
        }
    }
}
