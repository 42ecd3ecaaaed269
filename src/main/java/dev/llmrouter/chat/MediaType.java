package dev.llmrouter.chat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A media type without its parameters but for the character set of a text (RFC 2045, 5). Case makes no difference.
 *
 * @param type in lower case, as "text/plain"
 * @param charset as the caller names it, in lower case; null where none is stated, and for UTF-8 and ASCII, which need no word
 */
record MediaType(String type, @Nullable String charset) {
    static final String PDF = "application/pdf";
    static final String PLAIN = "text/plain";

    static MediaType parse(String text) {
        String[] pieces = text.toLowerCase(Locale.ROOT).split(";", -1);
        String type = pieces[0].trim();
        String charset = null;
        for (int i = 1; i < pieces.length && type.startsWith("text/"); i++) {
            String piece = pieces[i].trim();
            if (piece.startsWith("charset=")) {
                charset = piece.substring("charset=".length()).replace("\"", "").trim();
            }
        }
        boolean plain =
                charset == null || charset.equals("utf-8") || charset.equals("utf8") || charset.equals("us-ascii");
        return new MediaType(type, plain ? null : charset);
    }

    /** How its bytes become characters: UTF-8 where nothing is stated; null if the stated one is not known here. */
    @Nullable
    Charset characters() {
        if (charset == null) {
            return StandardCharsets.UTF_8;
        }
        try {
            return Charset.forName(charset);
        } catch (IllegalArgumentException e) { // a name that is unknown, or none
            return null;
        }
    }

    @Override
    public String toString() {
        return charset == null ? type : type + ";charset=" + charset;
    }
}
