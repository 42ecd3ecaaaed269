package dev.llmrouter.route;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Ids of requests: {@code req_} and 128 random bits in hexadecimal, seeded by the system for each thread. */
public final class RequestIds implements Supplier<String> {
    private static final SecureRandom SEED = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    private final ThreadLocal<SplittableRandom> random =
            ThreadLocal.withInitial(() -> new SplittableRandom(SEED.nextLong()));

    @Override
    public String get() {
        SplittableRandom bits = random.get();
        StringBuilder id = new StringBuilder(36).append("req_");
        return id.append(HEX.toHexDigits(bits.nextLong()))
                .append(HEX.toHexDigits(bits.nextLong()))
                .toString();
    }
}
