package dev.llmrouter.route;

import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chat request says beside its text, for a caller who sends text alone. Null: not said.
 *
 * @param model {@code auto}, {@code task:NAME}, {@code tier:NAME} or a model of the policy
 * @param systemPrompt instructions that stand before the text
 * @param temperature 0 to 2
 * @param maxTokens tokens that the answer may have, from 1
 */
public record TextSettings(
        @Nullable String model,
        @Nullable String systemPrompt,
        @Nullable Double temperature,
        @Nullable Integer maxTokens) {
    /** Nothing said. */
    public static final TextSettings NONE = new TextSettings(null, null, null, null);

    /** @throws IllegalArgumentException for a value out of its range */
    public TextSettings {
        if (temperature != null && !(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException("temperature is " + temperature + "; allowed: 0 to 2");
        }
        if (maxTokens != null && maxTokens < 1) {
            throw new IllegalArgumentException("the maximum of tokens is " + maxTokens + "; allowed: 1 or more");
        }
    }

    ChatRequest applyTo(ChatRequest plain) {
        if (equals(NONE)) {
            return plain;
        }
        List<ChatMessage> messages = new ArrayList<>();
        if (systemPrompt != null && !systemPrompt.isBlank()) {
            messages.add(ChatMessage.of(Role.SYSTEM, systemPrompt));
        }
        messages.addAll(plain.messages());
        Sampling defaults = Sampling.ofDefaults();
        return new ChatRequest(
                plain.dialect(),
                null,
                model == null || model.isBlank() ? plain.model() : model,
                plain.stream(),
                plain.streamUsage(),
                messages,
                plain.tools(),
                plain.toolChoice(),
                plain.parallelToolCalls(),
                plain.responseFormat(),
                new Sampling(
                        maxTokens,
                        temperature,
                        defaults.topP(),
                        defaults.topK(),
                        defaults.stop(),
                        defaults.seed(),
                        defaults.n(),
                        defaults.presencePenalty(),
                        defaults.frequencyPenalty(),
                        defaults.logprobs(),
                        defaults.topLogprobs(),
                        defaults.reasoningEffort()),
                plain.user(),
                plain.metadata());
    }
}
