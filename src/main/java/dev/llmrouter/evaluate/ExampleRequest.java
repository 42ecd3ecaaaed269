package dev.llmrouter.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.BodyShape;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import dev.llmrouter.policy.Limits;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The request that an example stands for, read and described as the gateway would. It is read when it is first asked for, because
 * most comparisons never ask. Safe for use by many threads.
 *
 * <p>A text is one user message. A chat request is read in the dialect that its shape tells ({@link ExampleFormat}). One in Gemini's
 * format, which no caller can send, is taken for the same in OpenAI's.
 */
public final class ExampleRequest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Dialects DIALECTS = new Dialects(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)); // dates answers
    private static final Describer DESCRIBER = new Describer();

    private final @Nullable ObjectNode body;
    private final String text;
    private volatile @Nullable Read read;

    /** @param input null without one; then there is no request that could be described */
    private record Read(String system, @Nullable Input input, String fault) {}

    private ExampleRequest(@Nullable ObjectNode body, String text) {
        this.body = body;
        this.text = text;
    }

    /** A question without anything else. */
    public static ExampleRequest of(String text) {
        return new ExampleRequest(null, text);
    }

    /**
     * The request of a line.
     *
     * @param input a text, or a chat request
     * @param text of the input, where it is no chat request
     */
    static ExampleRequest of(@Nullable JsonNode input, String text) {
        return new ExampleRequest(input instanceof ObjectNode object ? object : null, text);
    }

    /**
     * What conditions look at.
     *
     * @param system prompt that the models were given where the request has none of its own; empty for none
     * @return null if the gateway would not take the request; {@link #fault} says why
     */
    public @Nullable Input input(String system) {
        return read(system).input();
    }

    /** Why the gateway would not take the request; empty if it would. @param system as for {@link #input} */
    public String fault(String system) {
        return read(system).fault();
    }

    private Read read(String system) {
        Read known = read;
        if (known == null || !known.system().equals(system)) {
            known = parse(system);
            read = known;
        }
        return known;
    }

    private Read parse(String system) {
        try {
            ChatRequest request = request(system);
            Input input = new Input(request, DESCRIBER.describe(request), null, Set.of(), Map.of(), null);
            return new Read(system, input, "");
        } catch (BadRequestException e) {
            return new Read(system, null, e.error().message());
        } catch (IOException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private ChatRequest request(String system) throws BadRequestException, IOException {
        ObjectNode own = body;
        if (own == null && system.isEmpty()) {
            return ChatRequest.ofText(text);
        }
        ObjectNode whole;
        if (own == null) {
            whole = JSON.createObjectNode();
            whole.putArray("messages").addObject().put("role", "user").put("content", text);
        } else {
            whole = GeminiExample.is(own) ? GeminiExample.toOpenAi(own) : own.deepCopy();
        }
        whole.remove(List.of("stream", "stream_options"));
        if (!whole.hasNonNull("model")) {
            whole.put("model", "auto");
        }
        ExampleFormat.addSystem(whole, system);
        Dialect.Name format = BodyShape.chatOf(whole);
        if (format == Dialect.Name.ANTHROPIC && !whole.hasNonNull("max_tokens")) {
            whole.put("max_tokens", 1); // has to be there, and nobody knows what it would be
        }
        return DIALECTS.caller(format).parseRequest(JSON.writeValueAsBytes(whole), Limits.ofDefaults());
    }
}
