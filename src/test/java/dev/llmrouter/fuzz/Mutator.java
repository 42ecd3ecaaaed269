package dev.llmrouter.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Changes inputs: bytes, lines, and values of JSON and YAML. The same seed makes the same changes. */
final class Mutator {
    /** Longest input that is made by small changes; the rare large ones are longer. */
    private static final int LONGEST = 20_000;

    /** One input of so many is made large or deep. */
    private static final int LARGE_IN = 4_000;

    private static final List<byte[]> VALUES = bytes(
            "null",
            "true",
            "false",
            "0",
            "-1",
            "-0",
            "1.5",
            "0.1e-7",
            "1e400",
            "-1e400",
            "1e-999999999",
            "1e999999999",
            "1e9999999999",
            "2147483648",
            "-9223372036854775809",
            "123456789012345678901234567890",
            "9".repeat(400),
            "NaN",
            "Infinity",
            "\"\"",
            "\" \"",
            "\"auto\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "\"\u00e9\u4e2d\"",
            "\"data:image/png;base64,\"",
            "\"data:;,\"",
            "\"data:image/png;base64,%%%\"",
            "\"file:///etc/passwd\"",
            "\"{\\\"a\\\":\"",
            "\"[[[[\"",
            "\"{\\\"a\\\":1e999}\"",
            "[]",
            "{}",
            "[null]",
            "[[1]]",
            "[{}]",
            "[0,\"\",null,{},[]]",
            "{\"\":{}}",
            "{\"type\":\"text\"}",
            "{\"type\":7}",
            "{\"type\":\"function\",\"function\":null}",
            "{\"a\":1,\"a\":2}",
            "{\"$ref\":\"#\"}",
            "{{env:KEY}}",
            "{{env:",
            "*a",
            "&a [*a]",
            "&a [&b [*a,*b],*a]",
            "!!python/object:os.system ls",
            "!!javax.script.ScriptEngineManager [x]",
            "!<tag:yaml.org,2002:binary> aGk=",
            "<<: *a",
            "2026-13-45",
            "+999999999-12-31",
            "99999999999999h",
            "0x7f",
            ".inf",
            ".nan",
            "~",
            "|\n  x",
            ">-\n",
            "'",
            "(a+)+$",
            "[0-9]{1000}{1000}");

    private static final List<byte[]> PIECES = pieces();

    private final SplittableRandom random;

    Mutator(long seed) {
        random = new SplittableRandom(seed);
    }

    private static List<byte[]> bytes(String... texts) {
        List<byte[]> all = new ArrayList<>();
        for (String text : texts) {
            all.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return all;
    }

    /** Parts of texts, among them bytes that are no UTF-8. */
    private static List<byte[]> pieces() {
        List<byte[]> all = bytes(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "\\",
                "\\u",
                "\\ud8",
                "\n",
                "\r",
                "\n\n",
                "\r\n",
                "data:",
                "event:",
                "data: [DONE]\n\n",
                ": ",
                "- ",
                "  ",
                "\t",
                "#",
                "---\n",
                "...\n",
                "%YAML 9\n",
                "? ",
                "GMT",
                "e",
                "s",
                "ms",
                "\ufeff",
                "\u2028",
                "\u0000",
                "\u0000\u0000\u0000",
                "//",
                "/*",
                "h",
                ".",
                "-");
        all.add(new byte[] {(byte) 0xc0, (byte) 0x80});
        all.add(new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80});
        all.add(new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80});
        all.add(new byte[] {(byte) 0xff, (byte) 0xfe});
        all.add(new byte[] {(byte) 0xfe, (byte) 0xff, 0});
        all.add(new byte[] {(byte) 0xe2, (byte) 0x82});
        return all;
    }

    /** Which of so many. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** The input with one or more changes. @param other one from which parts may be taken */
    byte[] changed(byte[] input, byte[] other) {
        byte[] text = input;
        do {
            text = once(text, other);
            if (text.length > LONGEST) {
                text = Arrays.copyOf(text, LONGEST);
            }
        } while (random.nextInt(3) == 0);
        return random.nextInt(LARGE_IN) == 0 ? large(text) : text;
    }

    private byte[] once(byte[] text, byte[] other) {
        return switch (random.nextInt(10)) {
            case 0 -> flipped(text);
            case 1 -> Arrays.copyOf(text, random.nextInt(text.length + 1));
            case 2 -> piece(text);
            case 3 -> range(text);
            case 4 -> lines(text);
            default -> value(text, other);
        };
    }

    private byte[] flipped(byte[] text) {
        if (text.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        byte[] copy = text.clone();
        int at = random.nextInt(copy.length);
        copy[at] = random.nextBoolean() ? (byte) (copy[at] ^ 1 << random.nextInt(8)) : (byte) random.nextInt();
        return copy;
    }

    private byte[] piece(byte[] text) {
        int at = random.nextInt(8) == 0 ? 0 : random.nextInt(text.length + 1);
        return replaced(text, at, at, PIECES.get(random.nextInt(PIECES.size())));
    }

    /** A range is taken out, or stands there twice. */
    private byte[] range(byte[] text) {
        int from = random.nextInt(text.length + 1);
        int to = Math.min(text.length, from + random.nextInt(1 + random.nextInt(64)));
        return random.nextBoolean()
                ? replaced(text, from, to, new byte[0])
                : replaced(text, to, to, Arrays.copyOfRange(text, from, to));
    }

    /** A line is taken out, stands there twice, or is moved in. */
    private byte[] lines(byte[] text) {
        int from = random.nextInt(text.length + 1);
        while (from > 0 && text[from - 1] != '\n') {
            from--;
        }
        int to = from;
        while (to < text.length && text[to++] != '\n') {
            // to its end
        }
        return switch (random.nextInt(3)) {
            case 0 -> replaced(text, from, to, new byte[0]);
            case 1 -> replaced(text, to, to, Arrays.copyOfRange(text, from, to));
            default ->
                replaced(text, from, from, "    ".substring(random.nextInt(4)).getBytes(StandardCharsets.UTF_8));
        };
    }

    private byte[] value(byte[] text, byte[] other) {
        Tokens tokens = new Tokens(text);
        if (tokens.count() == 0) {
            return piece(text);
        }
        int token = random.nextInt(tokens.count());
        int from = tokens.start(token);
        int to = tokens.end(token);
        return switch (random.nextInt(8)) {
            case 0 -> replaced(text, from, to, new byte[0]);
            case 1 -> replaced(text, from, to, nested(Arrays.copyOfRange(text, from, to), 1 + random.nextInt(100)));
            case 2 -> again(text, tokens, token);
            case 3 -> {
                Tokens others = new Tokens(other);
                int taken = others.count() == 0 ? -1 : random.nextInt(others.count());
                byte[] value =
                        taken < 0 ? new byte[0] : Arrays.copyOfRange(other, others.start(taken), others.end(taken));
                yield replaced(text, from, to, value);
            }
            default -> replaced(text, from, to, VALUES.get(random.nextInt(VALUES.size())));
        };
    }

    /** From the start of one value to the end of a later one, twice: entries of lists and keys of objects. */
    private byte[] again(byte[] text, Tokens tokens, int token) {
        int last = Math.min(tokens.count() - 1, token + 1 + random.nextInt(3));
        int from = Math.min(tokens.start(token), tokens.start(last));
        int to = Math.max(tokens.end(token), tokens.end(last));
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(',');
        twice.write(text, from, to - from);
        return replaced(text, to, to, twice.toByteArray());
    }

    private static byte[] nested(byte[] value, int depth) {
        byte[] nested = new byte[value.length + 2 * depth];
        Arrays.fill(nested, 0, depth, (byte) '[');
        System.arraycopy(value, 0, nested, depth, value.length);
        Arrays.fill(nested, depth + value.length, nested.length, (byte) ']');
        return nested;
    }

    private byte[] large(byte[] text) {
        Tokens tokens = new Tokens(text);
        int token = tokens.count() == 0 ? -1 : random.nextInt(tokens.count());
        int from = token < 0 ? 0 : tokens.start(token);
        int to = token < 0 ? 0 : tokens.end(token);
        int size = 1_000 << random.nextInt(8);
        String made = switch (random.nextInt(7)) {
            case 0 -> "[".repeat(size);
            case 1 -> "{\"a\":".repeat(size);
            case 2 -> "9".repeat(size);
            case 3 -> "\"" + "\\ud800".repeat(size / 4) + "\"";
            case 4 -> "[" + "{},".repeat(size / 2) + "0]";
            case 5 -> "- ".repeat(size / 2);
            default -> "1e" + "9".repeat(size);
        };
        return replaced(text, from, to, made.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] replaced(byte[] text, int from, int to, byte[] by) {
        byte[] result = new byte[from + by.length + text.length - to];
        System.arraycopy(text, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(text, to, result, from + by.length, text.length - to);
        return result;
    }
}
