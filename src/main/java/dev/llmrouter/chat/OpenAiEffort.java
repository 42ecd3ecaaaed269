package dev.llmrouter.chat;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The effort that a model of OpenAI's formats is asked for. {@code xhigh} and {@code max} are OpenAI's words too, but of its models only the later
 * ones take them, and most other servers none: they answer 400. A caller of OpenAI's formats says what it wants; Anthropic's say what Claude
 * takes. Sources: OpenAI's OpenAPI description ("not all reasoning models support every value"); which versions take what, by public pages and
 * issues that quote its reference, read 2026-11: where they are wrong, a model is asked for less, or answers 400.
 */
final class OpenAiEffort {
    /** A dated or tuned one counts as the one that it is of. */
    private static final Pattern GPT = Pattern.compile("gpt-(\\d)(?:\\.(\\d{1,2}))?(?!\\d)");

    private static final int FIRST_OF_XHIGH = 502;
    private static final int FIRST_OF_MAX = 506;

    private OpenAiEffort() {}

    /** @param model its id as the provider knows it @return null if no effort was asked for */
    static @Nullable String of(ChatRequest request, String model) {
        String effort = request.sampling().reasoningEffort();
        if (effort == null || request.dialect() == Dialect.Name.OPENAI || request.dialect() == Dialect.Name.RESPONSES) {
            return effort;
        }
        return switch (effort) {
            case "xhigh" -> takesXhigh(model) ? "xhigh" : "high";
            case "max" -> version(model) >= FIRST_OF_MAX ? "max" : takesXhigh(model) ? "xhigh" : "high";
            default -> effort;
        };
    }

    private static boolean takesXhigh(String model) {
        return version(model) >= FIRST_OF_XHIGH
                || model.toLowerCase(Locale.ROOT).contains("gpt-5.1-codex-max");
    }

    /** Hundred times the first number and the second one: 502 for GPT-5.2; 0 where the id names none, or one for chats, which hardly think. */
    private static int version(String model) {
        String id = model.toLowerCase(Locale.ROOT);
        Matcher matcher = GPT.matcher(id);
        if (!matcher.find() || id.contains("-chat")) {
            return 0;
        }
        String minor = matcher.group(2);
        return 100 * Integer.parseInt(matcher.group(1)) + (minor == null ? 0 : Integer.parseInt(minor));
    }
}
