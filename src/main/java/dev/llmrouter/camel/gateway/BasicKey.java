package dev.llmrouter.camel.gateway;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A key as a browser sends it: the password of Basic authentication (RFC 7617), under any user name. Taken for pages that
 * people read, never under {@code /v1}: a browser repeats it unasked, and so a page of somebody else could make it pay.
 */
final class BasicKey {
    private static final String BASIC = "basic ";
    private static final String CALLS = "/v1";

    private BasicKey() {}

    static boolean isTakenAt(String path) {
        return !path.equals(CALLS) && !path.startsWith(CALLS + "/");
    }

    /** Null where there is none, or it is not taken. */
    static @Nullable String of(String path, @Nullable String authorization) {
        if (authorization == null
                || !isTakenAt(path)
                || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        String pair;
        try {
            pair = new String(
                    Base64.getDecoder()
                            .decode(authorization.substring(BASIC.length()).strip()),
                    StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null; // not Base64
        }
        int colon = pair.indexOf(':');
        return colon < 0 ? null : pair.substring(colon + 1);
    }
}
