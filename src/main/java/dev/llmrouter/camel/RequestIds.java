package dev.llmrouter.camel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** Ids of requests: {@code req_} and 128 random bits in hexadecimal, seeded by the system for each thread. */
final class RequestIds {
    private static final SecureRandom SEED = new SecureRandom();
    private static final HexFormat HEX = HexFormat.of();

    private final ThreadLocal<SplittableRandom> random =
            ThreadLocal.withInitial(() -> new SplittableRandom(SEED.nextLong()));

    String next() {
        SplittableRandom bits = random.get();
        StringBuilder id = new StringBuilder(36).append("req_");
        return id.append(HEX.toHexDigits(bits.nextLong()))
                .append(HEX.toHexDigits(bits.nextLong()))
                .toString();
    }
}
