package dev.llmrouter.chat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header with which callers of Anthropic's messages switch on what its body then uses. A caller's value is data: what is
 * not a list of plain names is left out as a whole.
 */
public final class Betas {
    /** Name of the header, in lower case. */
    public static final String HEADER = "anthropic-beta";

    /** Characters that a caller's value may have. */
    static final int LONGEST = 1_000;

    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*");
    private static final Pattern SPACE = Pattern.compile("[ \\t]*,[ \\t]*");

    private Betas() {}

    /** @param header the caller's value; null if there is none @return names joined by commas; null if there is nothing to carry */
    public static @Nullable String of(@Nullable String header) {
        if (header == null || header.length() > LONGEST) {
            return null;
        }
        String names = SPACE.matcher(header.strip()).replaceAll(",");
        return NAMES.matcher(names).matches() ? names : null;
    }

    /** The names of both, each once. @param first that of the policy; null for none @param second the caller's; null for none */
    public static @Nullable String joined(@Nullable String first, @Nullable String second) {
        Set<String> names = new LinkedHashSet<>();
        for (String each : new String[] {first, second}) {
            if (each != null) {
                names.addAll(List.of(SPACE.split(each.strip())));
            }
        }
        names.remove("");
        return names.isEmpty() ? null : String.join(",", names);
    }
}
