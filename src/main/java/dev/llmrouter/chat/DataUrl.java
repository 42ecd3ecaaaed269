package dev.llmrouter.chat;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A {@code data:} URL with base64 content (RFC 2397).
 *
 * @param mediaType in lower case, with the character set of a text that is not UTF-8
 */
record DataUrl(String mediaType, String base64) {
    static boolean isMeant(String url) {
        return url.regionMatches(true, 0, "data:", 0, 5);
    }

    /** @return null if the text is none */
    static @Nullable DataUrl parse(String url) {
        if (!isMeant(url)) {
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
        String type = (semicolon == 0 ? MediaType.PLAIN : "") + head.substring(0, head.length() - ";base64".length());
        return new DataUrl(MediaType.parse(type).toString(), url.substring(comma + 1));
    }

    static String of(String mediaType, String base64) {
        return "data:" + mediaType + ";base64," + base64;
    }
}
