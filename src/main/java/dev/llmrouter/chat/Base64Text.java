package dev.llmrouter.chat;

import dev.llmrouter.chat.Fields.At;
import java.util.Base64;

/**
 * Data of a request as base64 (RFC 4648, either alphabet). Lines may be broken, and the padding may be left out, as many
 * servers take it; anything else is an error of the caller's.
 */
final class Base64Text {
    private static final byte SYMBOL = 1;
    private static final byte SPACE = 2;
    private static final byte PADDING = 3;
    private static final byte[] KINDS = kinds();

    private Base64Text() {}

    private static byte[] kinds() {
        byte[] kinds = new byte[128];
        for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_".toCharArray()) {
            kinds[c] = SYMBOL;
        }
        for (char c : " \t\r\n".toCharArray()) {
            kinds[c] = SPACE;
        }
        kinds['='] = PADDING;
        return kinds;
    }

    /** The same text. @throws BadRequestException if it is no base64, with where it stands */
    static String checked(String text, At at) throws BadRequestException {
        if (!isValid(text)) {
            throw Fields.bad(
                    at.toString(),
                    "'" + at + "' is not base64. Allowed are A to Z, a to z, 0 to 9, + and /, with = at the end to a"
                            + " multiple of 4. Encode the data again, and send it whole.");
        }
        return text;
    }

    /** Looks at alphabet and length; nothing is decoded or copied. */
    static boolean isValid(String text) {
        int symbols = 0;
        int padding = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            byte kind = c < KINDS.length ? KINDS[c] : 0;
            if (kind == SYMBOL && padding == 0) {
                symbols++;
            } else if (kind == PADDING) {
                padding++;
            } else if (kind != SPACE) {
                return false;
            }
        }
        return padding == 0 ? symbols % 4 != 1 : padding <= 2 && (symbols + padding) % 4 == 0;
    }

    /** @throws IllegalArgumentException if the text is not {@link #isValid} in a way that cannot be decoded */
    static byte[] decode(String text) {
        boolean usual = text.indexOf('-') < 0 && text.indexOf('_') < 0;
        return Base64.getMimeDecoder()
                .decode(usual ? text : text.replace('-', '+').replace('_', '/'));
    }
}
