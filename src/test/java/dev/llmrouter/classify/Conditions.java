package dev.llmrouter.classify;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import dev.llmrouter.policy.Condition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Conditions and inputs for tests. */
final class Conditions {
    /** Expressions that are looked up by their text: "true", "false", "fails"; all else does not parse. */
    static final Expressions EXPRESSIONS = new Expressions() {
        @Override
        public Predicate<Input> simple(String text) {
            return switch (text) {
                case "true" -> input -> true;
                case "false" -> input -> false;
                case "fails" ->
                    input -> {
                        throw new IllegalStateException("secret");
                    };
                default -> throw new IllegalArgumentException("simple '" + text + "' does not parse");
            };
        }

        @Override
        public Predicate<Input> jsonpath(String text) {
            return simple(text);
        }
    };

    private Conditions() {}

    static Condition keywords(String... keywords) {
        return of(List.of(keywords), null, null, null, Map.of(), Set.of(), null);
    }

    static Condition of(
            List<String> keywords,
            @Nullable String regex,
            @Nullable Integer tokensOver,
            @Nullable Integer tokensUnder,
            Map<String, String> headers,
            Set<String> tags,
            @Nullable String simple) {
        return new Condition(
                simple,
                null,
                headers,
                Map.of(),
                tags,
                keywords,
                regex,
                tokensOver,
                tokensUnder,
                Set.of(),
                Set.of(),
                Set.of(),
                null,
                null,
                Set.of(),
                null,
                null,
                null);
    }

    static Condition languages(Set<String> in, Set<String> notIn) {
        return new Condition(
                null, null, Map.of(), Map.of(), Set.of(), List.of(), null, null, null, in, notIn, Set.of(), null, null,
                Set.of(), null, null, null);
    }

    static Input input(String text) {
        return input(text, Map.of(), Set.of(), null);
    }

    static Input input(String text, Map<String, String> headers, Set<String> tags, @Nullable String explicit) {
        ChatRequest request = ChatRequest.ofText(text);
        return new Input(request, new Describer().describe(request), explicit, tags, headers, null);
    }

    static Input withSystem(String system, String user) {
        ChatRequest plain = ChatRequest.ofText(user);
        ChatRequest request = new ChatRequest(
                plain.dialect(),
                null,
                "auto",
                false,
                false,
                List.of(ChatMessage.of(Role.SYSTEM, system), ChatMessage.of(Role.USER, user)),
                List.of(),
                null,
                null,
                null,
                plain.sampling(),
                null,
                Map.of());
        return new Input(request, new Describer().describe(request), null, Set.of(), Map.of(), null);
    }
}
