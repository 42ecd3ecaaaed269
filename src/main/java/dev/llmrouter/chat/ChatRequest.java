package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.OutputLimit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for an answer, in one shape for every dialect.
 *
 * <p>Immutable; {@code body} must not be changed by anybody: what is sent to a provider is built from a copy.
 *
 * @param dialect the dialect it came in, and that its answer goes out in
 * @param body the parsed body as it was received, so that fields that are not known here reach a provider of the same
 *     dialect; null for plain text
 * @param model what the caller asked for: {@code auto}, {@code task:NAME}, {@code tier:NAME} or a model of the policy
 * @param stream whether the answer shall come token by token
 * @param streamUsage whether the caller asked for usage at the end of the stream (always so in Anthropic's dialect)
 * @param toolChoice null if the caller does not say
 * @param responseFormat null if the caller does not say
 * @param user whom the caller acts for ({@code user}, {@code metadata.user_id}); null if not given
 * @param metadata text values of the request's {@code metadata}
 * @param betas what an Anthropic caller names in its header {@code anthropic-beta}, joined by commas: nothing but
 *     {@code [A-Za-z0-9._-]} in each; null if none
 */
public record ChatRequest(
        Dialect.Name dialect,
        @Nullable ObjectNode body,
        String model,
        boolean stream,
        boolean streamUsage,
        List<ChatMessage> messages,
        List<Tool> tools,
        @Nullable ToolChoice toolChoice,
        @Nullable Boolean parallelToolCalls,
        @Nullable ResponseFormat responseFormat,
        Sampling sampling,
        @Nullable String user,
        Map<String, String> metadata,
        @Nullable String betas) {

    public ChatRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        metadata = Map.copyOf(metadata);
    }

    /** A request that names no betas. */
    public ChatRequest(
            Dialect.Name dialect,
            @Nullable ObjectNode body,
            String model,
            boolean stream,
            boolean streamUsage,
            List<ChatMessage> messages,
            List<Tool> tools,
            @Nullable ToolChoice toolChoice,
            @Nullable Boolean parallelToolCalls,
            @Nullable ResponseFormat responseFormat,
            Sampling sampling,
            @Nullable String user,
            Map<String, String> metadata) {
        this(
                dialect,
                body,
                model,
                stream,
                streamUsage,
                messages,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                sampling,
                user,
                metadata,
                null);
    }

    /** Whether it asks for vectors of its texts, not for an answer to them. */
    public boolean isEmbeddings() {
        return dialect == Dialect.Name.EMBEDDINGS;
    }

    /** A plain question. */
    public static ChatRequest ofText(String text) {
        return ofMessages(List.of(ChatMessage.of(Role.USER, text)));
    }

    /** Stands for a request that nobody knows: it asks nothing. */
    public static ChatRequest ofNothing() {
        return ofMessages(List.of());
    }

    private static ChatRequest ofMessages(List<ChatMessage> messages) {
        return new ChatRequest(
                Dialect.Name.TEXT,
                null,
                "auto",
                false,
                false,
                messages,
                List.of(),
                null,
                null,
                null,
                Sampling.ofDefaults(),
                null,
                Map.of());
    }

    /** The same request, asking for another model. */
    public ChatRequest withModel(String other) {
        return new ChatRequest(
                dialect,
                body,
                other,
                stream,
                streamUsage,
                messages,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                sampling,
                user,
                metadata,
                betas);
    }

    /** The same request, naming these betas. @param names as of {@link #betas()}; null for none */
    public ChatRequest withBetas(@Nullable String names) {
        return new ChatRequest(
                dialect,
                body,
                model,
                stream,
                streamUsage,
                messages,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                sampling,
                user,
                metadata,
                names);
    }

    /** The same request for a provider that reads the limit of the output in this field. @param name null: in any */
    public ChatRequest limitedBy(@Nullable OutputLimit name) {
        return name == null || name == sampling.outputLimit() ? this : withSampling(sampling.limitedBy(name));
    }

    /**
     * The same request for a model that can do this. Anthropic's clients say of every model that it shall not think; one that does
     * not reason, and has no field for it, is not told.
     */
    public ChatRequest suiting(Set<Capability> capabilities) {
        boolean untold = dialect == Dialect.Name.ANTHROPIC
                && Sampling.NO_EFFORT.equals(sampling.reasoningEffort())
                && !capabilities.contains(Capability.REASONING);
        return untold ? withSampling(sampling.withoutEffort()) : this;
    }

    private ChatRequest withSampling(Sampling other) {
        return new ChatRequest(
                dialect,
                body,
                model,
                stream,
                streamUsage,
                messages,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                other,
                user,
                metadata,
                betas);
    }

    /** The same conversation with other tools, and messages that name them. */
    ChatRequest withTools(List<ChatMessage> otherMessages, List<Tool> otherTools, @Nullable ToolChoice otherChoice) {
        return new ChatRequest(
                dialect,
                body,
                model,
                stream,
                streamUsage,
                otherMessages,
                otherTools,
                otherChoice,
                parallelToolCalls,
                responseFormat,
                sampling,
                user,
                metadata,
                betas);
    }

    /** The same request for a whole answer. */
    public ChatRequest withoutStream() {
        ObjectNode whole = body == null ? null : body.deepCopy();
        if (whole != null) {
            whole.remove(List.of("stream", "stream_options"));
        }
        return with(whole, false, false);
    }

    /** The same, to be asked for nobody: what providers keep for those who ask for it later is not kept. */
    public ChatRequest unstored() {
        boolean isStored = body != null
                && (dialect == Dialect.Name.RESPONSES || dialect == Dialect.Name.OPENAI && body.has("store"))
                && body.path("store").asBoolean(true);
        if (!isStored || body == null) {
            return this;
        }
        return with(body.deepCopy().put("store", false), stream, streamUsage);
    }

    private ChatRequest with(@Nullable ObjectNode otherBody, boolean streams, boolean tellsUsage) {
        return new ChatRequest(
                dialect,
                otherBody,
                model,
                streams,
                tellsUsage,
                messages,
                tools,
                toolChoice,
                parallelToolCalls,
                responseFormat,
                sampling,
                user,
                metadata,
                betas);
    }
}
