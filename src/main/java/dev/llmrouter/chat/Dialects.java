package dev.llmrouter.chat;

import dev.llmrouter.policy.Protocol;
import java.time.Clock;

/** The dialects, by name and by the protocol of a provider. Safe for use by many threads. */
public final class Dialects {
    private final OpenAiDialect openAi;
    private final ResponsesDialect responses;
    private final AnthropicDialect anthropic = new AnthropicDialect();
    private final GeminiDialect gemini = new GeminiDialect();
    private final EmbeddingsDialect embeddings = new EmbeddingsDialect();
    private final TextDialect text = new TextDialect();

    /** @param clock dates answers of providers that do not say when they were made */
    public Dialects(Clock clock) {
        this.openAi = new OpenAiDialect(clock);
        this.responses = new ResponsesDialect(clock);
    }

    /** The dialect that callers speak. @throws IllegalArgumentException for Gemini's, which no caller can speak */
    public CallerDialect caller(Dialect.Name name) {
        return switch (name) {
            case OPENAI -> openAi;
            case ANTHROPIC -> anthropic;
            case RESPONSES -> responses;
            case TEXT -> text;
            case EMBEDDINGS -> embeddings;
            case GEMINI ->
                throw new IllegalArgumentException(
                        "Callers cannot speak GEMINI; allowed are OPENAI, ANTHROPIC, RESPONSES, EMBEDDINGS and TEXT.");
        };
    }

    /** The dialect that a provider speaks. @throws IllegalArgumentException for those that callers alone speak */
    public ProviderDialect provider(Dialect.Name name) {
        return switch (name) {
            case OPENAI -> openAi;
            case ANTHROPIC -> anthropic;
            case GEMINI -> gemini;
            case EMBEDDINGS -> embeddings;
            case RESPONSES -> responses;
            case TEXT ->
                throw new IllegalArgumentException("Providers cannot speak TEXT; allowed are OPENAI, RESPONSES,"
                        + " ANTHROPIC, GEMINI and EMBEDDINGS.");
        };
    }

    /** The dialect of a provider's protocol; the simulator's is OpenAI's. */
    public ProviderDialect provider(Protocol protocol) {
        return provider(nameOf(protocol));
    }

    /**
     * The dialect that a provider of this protocol is asked in, with names of tools that it takes.
     *
     * @throws IllegalArgumentException for embeddings of a protocol that has none, or none that is known here
     */
    public ProviderDialect provider(Protocol protocol, ChatRequest request) {
        if (!request.isEmbeddings()) {
            return ToolNames.of(provider(protocol), request);
        }
        if (!hasEmbeddings(protocol)) {
            throw new IllegalArgumentException("Providers of protocol " + protocol + " are not asked for embeddings.");
        }
        return embeddings;
    }

    /** Whether embeddings can be asked for in this protocol. */
    public static boolean hasEmbeddings(Protocol protocol) {
        return switch (protocol) {
            case OPENAI, SIMULATOR -> true;
            case OPENAI_RESPONSES, ANTHROPIC, GEMINI -> false;
        };
    }

    /** Whether a provider of this protocol is asked in the format that the request came in, so that nothing of it is translated. */
    public static boolean speaks(Protocol protocol, ChatRequest request) {
        return request.isEmbeddings() ? hasEmbeddings(protocol) : nameOf(protocol) == request.dialect();
    }

    /** The name of the dialect of a provider's protocol, for chat. */
    public static Dialect.Name nameOf(Protocol protocol) {
        return switch (protocol) {
            case OPENAI, SIMULATOR -> Dialect.Name.OPENAI;
            case OPENAI_RESPONSES -> Dialect.Name.RESPONSES;
            case ANTHROPIC -> Dialect.Name.ANTHROPIC;
            case GEMINI -> Dialect.Name.GEMINI;
        };
    }
}
