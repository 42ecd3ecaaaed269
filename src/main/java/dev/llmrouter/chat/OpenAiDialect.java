package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.time.Clock;

/**
 * OpenAI's chat completions. Source: OpenAI's OpenAPI description of 2026-08-21. Safe for use by many threads.
 *
 * <p>Answers of providers that do not tell when they were made are dated by the clock.
 */
public final class OpenAiDialect implements Dialect {
    private final Clock clock;

    public OpenAiDialect(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Name name() {
        return Name.OPENAI;
    }

    @Override
    public ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException {
        return OpenAiRequestReader.read(body, limits);
    }

    @Override
    public byte[] writeReply(ChatReply reply, ChatRequest request) {
        return OpenAiReplies.write(reply, request, clock.instant().getEpochSecond());
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
        return new OpenAiEncoder(request, clock.instant().getEpochSecond());
    }

    @Override
    public ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput) {
        return OpenAiRequestWriter.write(request, remoteModel);
    }

    @Override
    public ChatReply parseReply(byte[] body) throws MalformedReplyException {
        return OpenAiReplies.read(body);
    }

    @Override
    public ChatError parseError(int status, byte[] body) {
        return ProviderErrors.read(status, body);
    }

    @Override
    public StreamDecoder decoder() {
        return new OpenAiDecoder();
    }
}
