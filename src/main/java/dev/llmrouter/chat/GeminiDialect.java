package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Google Gemini's generateContent (v1beta), as providers speak it. Safe for use by many threads. */
public final class GeminiDialect implements ProviderDialect {
    @Override
    public Dialect.Name name() {
        return Dialect.Name.GEMINI;
    }

    /** The model and whether to stream stand in Gemini's URL, not in the body. */
    @Override
    public ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput) {
        return GeminiRequestWriter.write(request);
    }

    @Override
    public ChatReply parseReply(byte[] body) throws MalformedReplyException {
        return GeminiReplies.read(body);
    }

    @Override
    public ChatError parseError(int status, byte[] body) {
        return ProviderErrors.read(status, body);
    }

    @Override
    public Dialect.StreamDecoder decoder() {
        return new GeminiDecoder();
    }
}
