package dev.llmrouter.route;

import dev.llmrouter.chat.Betas;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Role;
import dev.llmrouter.chat.Sampling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route says about a request beside its body. Null: not said.
 *
 * @param model {@code auto}, {@code task:NAME}, {@code tier:NAME} or a model of the policy; stands above what the body says
 * @param task the task; stands above the header {@code x-llm-task}
 * @param systemPrompt instructions that stand before a body of plain text; a chat request has a place of its own for them
 * @param temperature for a body of plain text, 0 to 2
 * @param maxTokens tokens that the answer to a body of plain text may have, from 1
 * @param betas what a caller of Anthropic's messages wrote into the header {@code anthropic-beta}
 */
public record RequestSettings(
        @Nullable String model,
        @Nullable String task,
        @Nullable String systemPrompt,
        @Nullable Double temperature,
        @Nullable Integer maxTokens,
        @Nullable String betas) {
    /** Nothing said. */
    public static final RequestSettings NONE = new RequestSettings(null, null, null, null, null);

    /** Source: the largest that providers take, OpenAI's and Gemini's API references. */
    private static final double MOST_TEMPERATURE = 2;

    /** Without betas. */
    public RequestSettings(
            @Nullable String model,
            @Nullable String task,
            @Nullable String systemPrompt,
            @Nullable Double temperature,
            @Nullable Integer maxTokens) {
        this(model, task, systemPrompt, temperature, maxTokens, null);
    }

    /** Empty texts count as not said. @throws IllegalArgumentException for a value out of its range */
    public RequestSettings {
        model = model == null || model.isBlank() ? null : model.strip();
        task = task == null || task.isBlank() ? null : task.strip();
        systemPrompt = systemPrompt == null || systemPrompt.isBlank() ? null : systemPrompt;
        if (temperature != null && !(temperature >= 0 && temperature <= MOST_TEMPERATURE)) {
            throw new IllegalArgumentException("temperature is " + temperature + "; allowed: 0 to 2");
        }
        if (maxTokens != null && maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + "; allowed: 1 or more");
        }
    }

    /**
     * A temperature as a route writes it.
     *
     * @return null for a blank text
     * @throws IllegalArgumentException if it is no number from 0 to 2; the message says what is allowed
     */
    public static @Nullable Double temperature(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            double number = Double.parseDouble(text.strip());
            if (number >= 0 && number <= MOST_TEMPERATURE) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("temperature is '" + text + "'; allowed is a number from 0 to 2.");
    }

    /**
     * Most tokens of an answer as a route writes them.
     *
     * @return null for a blank text
     * @throws IllegalArgumentException if it is no whole number from 1; the message says what is allowed
     */
    public static @Nullable Integer maxTokens(String text) {
        if (text.isBlank()) {
            return null;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number >= 1) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("maxTokens is '" + text + "'; allowed is a whole number from 1.");
    }

    /** These settings, and where they do not say something, those of {@code other}. */
    public RequestSettings orElse(RequestSettings other) {
        return new RequestSettings(
                model != null ? model : other.model,
                task != null ? task : other.task,
                systemPrompt != null ? systemPrompt : other.systemPrompt,
                temperature != null ? temperature : other.temperature,
                maxTokens != null ? maxTokens : other.maxTokens,
                betas != null ? betas : other.betas);
    }

    /** The request with the model that is said, if one is, and with the betas of an Anthropic caller. */
    ChatRequest naming(ChatRequest request) {
        ChatRequest named = model == null ? request : request.withModel(model);
        String carried = request.dialect() == Dialect.Name.ANTHROPIC ? Betas.of(betas) : null;
        return carried == null ? named : named.withBetas(carried);
    }

    /** A request of plain text with what it has no place for. */
    ChatRequest applyTo(ChatRequest plain) {
        if (systemPrompt == null && temperature == null && maxTokens == null) {
            return plain;
        }
        List<ChatMessage> messages = new ArrayList<>();
        if (systemPrompt != null) {
            messages.add(ChatMessage.of(Role.SYSTEM, systemPrompt));
        }
        messages.addAll(plain.messages());
        Sampling none = Sampling.ofDefaults();
        return new ChatRequest(
                plain.dialect(),
                null,
                plain.model(),
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
                        none.topP(),
                        none.topK(),
                        none.stop(),
                        none.seed(),
                        none.n(),
                        none.presencePenalty(),
                        none.frequencyPenalty(),
                        none.logprobs(),
                        none.topLogprobs(),
                        none.reasoningEffort()),
                plain.user(),
                plain.metadata());
    }
}
