package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.time.Clock;

/**
 * OpenAI's Responses. Nothing of them is kept here: what a caller sends is the whole conversation, unless a provider that
 * speaks Responses itself keeps the rest. Source: OpenAI's OpenAPI description of
 * 2026-08-21. Safe for use by many threads.
 */
public final class ResponsesDialect implements Dialect {
    private final Clock clock;

    /** @param clock dates answers of providers that do not say when they were made */
    public ResponsesDialect(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Name name() {
        return Name.RESPONSES;
    }

    @Override
    public ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException {
        return ResponsesRequestReader.read(body, limits);
    }

    @Override
    public byte[] writeReply(ChatReply reply, ChatRequest request) {
        return ResponsesReplies.write(reply, request, clock.instant().getEpochSecond());
    }

    @Override
    public byte[] writeError(ChatError error, String requestId) {
        return Json.bytes(CallerErrors.openAi(error));
    }

    @Override
    public int status(ChatError error) {
        return CallerErrors.openAiStatus(error);
    }

    @Override
    public StreamEncoder encoder(ChatRequest request) {
        return new ResponsesEncoder(request, clock.instant().getEpochSecond());
    }

    @Override
    public ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput) {
        return ResponsesRequestWriter.write(request, remoteModel);
    }

    @Override
    public ChatReply parseReply(byte[] body) throws MalformedReplyException {
        return ResponsesReplyReader.read(body);
    }

    @Override
    public ChatError parseError(int status, byte[] body) {
        return status < 400 ? ResponsesReplyReader.failureIn(body) : ProviderErrors.read(status, body);
    }

    @Override
    public StreamDecoder decoder() {
        return new ResponsesDecoder();
    }
}
