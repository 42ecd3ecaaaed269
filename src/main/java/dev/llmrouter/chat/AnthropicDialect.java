package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;

/** Anthropic's messages (version 2023-06-01). Safe for use by many threads. */
public final class AnthropicDialect implements Dialect {
    @Override
    public Name name() {
        return Name.ANTHROPIC;
    }

    @Override
    public ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException {
        return AnthropicRequestReader.read(body, limits);
    }

    /**
     * Reads a request whose tokens are to be counted: as {@link #parseRequest}, but without {@code max_tokens}.
     *
     * @throws BadRequestException if it is malformed or breaks a limit
     */
    public static ChatRequest parseCountRequest(byte[] body, Limits limits) throws BadRequestException {
        return AnthropicRequestReader.readForCount(body, limits);
    }

    @Override
    public byte[] writeReply(ChatReply reply, ChatRequest request) {
        return AnthropicReplies.write(reply);
    }

    @Override
    public byte[] writeError(ChatError error, String requestId) {
        return Json.bytes(CallerErrors.anthropic(error, requestId));
    }

    @Override
    public int status(ChatError error) {
        return CallerErrors.anthropicStatus(error);
    }

    @Override
    public byte[] writeStream(ChatReply reply, ChatRequest request) {
        ObjectNode own = reply.body();
        return reply.dialect() == Name.ANTHROPIC && own != null
                ? AnthropicReplay.of(own)
                : Dialect.super.writeStream(AnthropicReplies.withWholeCalls(reply), request);
    }

    @Override
    public StreamEncoder encoder(ChatRequest request) {
        return new AnthropicEncoder(request);
    }

    @Override
    public ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput) {
        return AnthropicRequestWriter.write(request, remoteModel, defaultMaxOutput);
    }

    @Override
    public ChatReply parseReply(byte[] body) throws MalformedReplyException {
        return AnthropicReplies.read(body);
    }

    @Override
    public ChatError parseError(int status, byte[] body) {
        return ProviderErrors.read(status, body);
    }

    @Override
    public StreamDecoder decoder() {
        return new AnthropicDecoder();
    }
}
