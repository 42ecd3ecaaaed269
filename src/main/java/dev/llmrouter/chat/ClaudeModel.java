package dev.llmrouter.chat;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Claude model, as far as its id says which one it is, and what it takes. An id that names none is not guessed at. Sources: Anthropic's
 * documentation of effort, of adaptive and of extended thinking, and the errors that users report, read 2026-11.
 *
 * @param family "opus", "sonnet", "haiku" or another
 * @param version hundred times the first number and the second one: 405 for 4.5, 500 for 5
 */
record ClaudeModel(String family, int version) {
    private static final String FAMILIES = "(opus|sonnet|haiku|fable|mythos)";
    private static final String NUMBERS = "(\\d{1,2})(?:[-.](\\d{1,2})(?!\\d))?(?!\\d)";
    private static final Pattern FAMILY_FIRST = Pattern.compile("claude-" + FAMILIES + "-" + NUMBERS);
    private static final Pattern NUMBERS_FIRST = Pattern.compile("claude-" + NUMBERS + "-" + FAMILIES);

    /** @param id as a provider knows the model, with whatever stands before and after the name; null if it names no version of Claude */
    static @Nullable ClaudeModel of(String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        Matcher matcher = FAMILY_FIRST.matcher(lower);
        if (matcher.find()) {
            return of(matcher.group(1), matcher.group(2), matcher.group(3));
        }
        matcher = NUMBERS_FIRST.matcher(lower);
        return matcher.find() ? of(matcher.group(3), matcher.group(1), matcher.group(2)) : null;
    }

    private static ClaudeModel of(String family, String major, @Nullable String minor) {
        return new ClaudeModel(family, 100 * Integer.parseInt(major) + (minor == null ? 0 : Integer.parseInt(minor)));
    }

    /** Whether {@code temperature} and {@code top_p} together are an error. */
    boolean takesOneOfTemperatureAndTopP() {
        return version >= 401;
    }

    /** Whether any {@code temperature}, {@code top_p} or {@code top_k} is an error. */
    boolean takesNoSampling() {
        return version >= 407;
    }

    /** Whether it takes {@code output_config.effort}; others answer 400. */
    boolean takesEffort() {
        return version >= 406 || (version == 405 && family.equals("opus"));
    }

    /** Whether its efforts have {@code xhigh}. */
    boolean takesXhigh() {
        return version >= 407;
    }

    /** Whether its efforts have {@code max}. */
    boolean takesMax() {
        return version >= 406;
    }

    /** Whether it thinks with {@code thinking: {"type": "adaptive"}}. */
    boolean thinksAdaptively() {
        return version >= 406;
    }

    /** Whether it thinks with {@code budget_tokens}, and in no other way. */
    boolean thinksByBudget() {
        return version >= 307 && version < 406;
    }
}
