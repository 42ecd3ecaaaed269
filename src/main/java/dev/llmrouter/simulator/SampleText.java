package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A text that fits a schema's format, pattern and length. */
final class SampleText {
    private static final List<String> GUESSES =
            List.of("a", "A", "1", "A1", "abc", "ABC", "12345", "AB12", "ab-12", "A-1234", "2026-01-31", "+15550100");
    private static final int LONGEST = 10_000;

    private SampleText() {}

    static String of(JsonNode schema, String name, Values values) {
        String formatted = formatted(schema.path("format").asText(""), values);
        if (formatted != null) {
            return formatted;
        }
        String found = values.text(name);
        String text = found == null ? fallback(schema, name) : found;
        return patterned(schema.path("pattern").asText(""), sized(schema, text));
    }

    private static String fallback(JsonNode schema, String name) {
        JsonNode given = schema.path("default");
        JsonNode example = schema.path("examples").path(0);
        return given.isTextual() ? given.textValue() : example.isTextual() ? example.textValue() : "simulated " + name;
    }

    private static @Nullable String formatted(String format, Values values) {
        String date = values.date();
        String day = date == null ? "2026-01-31" : date;
        String email = values.email();
        return switch (format) {
            case "date" -> day;
            case "date-time" -> day + "T12:00:00Z";
            case "time" -> "12:00:00Z";
            case "duration" -> "P1D";
            case "email" -> email == null ? "someone@example.com" : email;
            case "hostname" -> "example.com";
            case "ipv4" -> "192.0.2.1";
            case "ipv6" -> "2001:db8::1";
            case "uri", "url" -> "https://example.com/";
            case "uuid" -> "00000000-0000-4000-8000-000000000001";
            default -> null;
        };
    }

    private static String sized(JsonNode schema, String text) {
        int least = Math.min(LONGEST, schema.path("minLength").asInt(0));
        int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        String padded = text + "x".repeat(Math.max(0, least - text.codePointCount(0, text.length())));
        return padded.codePointCount(0, padded.length()) <= most
                ? padded
                : padded.substring(0, padded.offsetByCodePoints(0, Math.max(0, most)));
    }

    private static String patterned(String pattern, String text) {
        if (pattern.isEmpty()) {
            return text;
        }
        try {
            Pattern compiled = Pattern.compile(pattern);
            if (compiled.matcher(text).find()) {
                return text;
            }
            return GUESSES.stream()
                    .filter(guess -> compiled.matcher(guess).find())
                    .findFirst()
                    .orElse(text);
        } catch (PatternSyntaxException beyondRe2) {
            return text;
        }
    }
}
