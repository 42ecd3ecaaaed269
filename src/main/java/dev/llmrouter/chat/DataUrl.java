package dev.llmrouter.chat;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A {@code data:} URL with base64 content (RFC 2397). */
record DataUrl(String mediaType, String base64) {
    /** @return null if the text is none */
    static @Nullable DataUrl parse(String url) {
        if (!url.regionMatches(true, 0, "data:", 0, 5)) {
            return null;
        }
        int comma = url.indexOf(',');
        if (comma < 0) {
            return null;
        }
        String head = url.substring(5, comma);
        if (!head.toLowerCase(Locale.ROOT).endsWith(";base64")) {
            return null;
        }
        int semicolon = head.indexOf(';');
        String type = head.substring(0, semicolon);
        return new DataUrl(type.isEmpty() ? "text/plain" : type, url.substring(comma + 1));
    }

    static String of(String mediaType, String base64) {
        return "data:" + mediaType + ";base64," + base64;
    }
}
