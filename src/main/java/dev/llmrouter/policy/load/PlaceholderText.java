package dev.llmrouter.policy.load;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts values in the place of {@code {{name}}} and {@code {{name:default}}}. */
final class PlaceholderText {
    // The name ends at the first colon that does not belong to a function such as "env:"; the rest is the default.
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{\\s*((?:(?:env|sys):)?[A-Za-z0-9_.\\-/]+)\\s*(?::([^{}]*))?\\}\\}");
    private static final Set<String> FUNCTIONS = Set.of("env", "sys");

    private PlaceholderText() {}

    /** What came of one text. @param value null if a placeholder has no value @param missing its name; null for none */
    record Resolved(@Nullable String value, @Nullable String missing) {}

    static Resolved resolve(String text, Placeholders placeholders) {
        if (!text.contains("{{")) {
            return new Resolved(text, null);
        }
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder out = new StringBuilder(text.length());
        while (matcher.find()) {
            String name = matcher.group(1);
            String fallback = matcher.group(2);
            String value = FUNCTIONS.contains(name) ? null : placeholders.valueOf(name);
            if (value == null) {
                value = fallback;
            }
            if (value == null) {
                return new Resolved(null, name);
            }
            matcher.appendReplacement(out, Matcher.quoteReplacement(value));
        }
        return new Resolved(matcher.appendTail(out).toString(), null);
    }
}
