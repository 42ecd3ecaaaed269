package dev.llmrouter.chat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells whether bytes are well-formed UTF-8 (Unicode 15, table 3-7) whose JSON escapes name whole characters. Jackson
 * lets overlong forms and halves of surrogate pairs through; a provider would refuse them, or read another text than we do.
 */
final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;
    private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;

    private Utf8() {}

    static void check(byte[] bytes) throws BadRequestException {
        int at = 0;
        while (at < bytes.length) {
            while (at + 8 <= bytes.length && isPlain((long) LONGS.get(bytes, at))) {
                at += 8;
            }
            if (at >= bytes.length) {
                return;
            }
            byte b = bytes[at];
            if (b == '\\') {
                at += escape(bytes, at);
            } else if (b >= 0) {
                at++;
            } else {
                at += character(bytes, at);
            }
        }
    }

    /** Whether eight bytes are ASCII without a backslash. */
    private static boolean isPlain(long eight) {
        long backslash = eight ^ BACKSLASHES;
        return ((eight | ((backslash - ONES) & ~backslash)) & HIGH_BITS) == 0;
    }

    private static int character(byte[] bytes, int at) throws BadRequestException {
        int first = bytes[at] & 0xff;
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        boolean wellFormed =
                first >= 0xc2 && first <= 0xf4 && second >= low && second <= high && at + length <= bytes.length;
        for (int i = 2; wellFormed && i < length; i++) {
            wellFormed = (bytes[at + i] & 0xc0) == 0x80;
        }
        if (!wellFormed) {
            throw Fields.bad(null, "The body is not valid UTF-8 at byte " + at + ".");
        }
        return length;
    }

    private static int escape(byte[] bytes, int at) throws BadRequestException {
        if (at + 1 >= bytes.length || bytes[at + 1] != 'u') {
            return Math.min(2, bytes.length - at);
        }
        int unit = hex(bytes, at + 2);
        if (unit < 0xd800 || unit > 0xdfff) {
            return 2;
        }
        boolean pair = unit < 0xdc00
                && at + 7 < bytes.length
                && bytes[at + 6] == '\\'
                && bytes[at + 7] == 'u'
                && hex(bytes, at + 8) >= 0xdc00
                && hex(bytes, at + 8) <= 0xdfff;
        if (!pair) {
            throw Fields.bad(
                    null, "The body has half of a surrogate pair at byte " + at + "; write the character as a whole.");
        }
        return 12;
    }

    /** Four hexadecimal digits; -1 if they are not (the JSON parser refuses that). */
    private static int hex(byte[] bytes, int at) {
        if (at + 4 > bytes.length) {
            return -1;
        }
        int value = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(bytes[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
