package dev.llmrouter.chat;

import dev.llmrouter.policy.Limits;
import java.time.Clock;

/**
 * OpenAI's Responses, without its state: what a caller sends is the whole conversation, and nothing of it is kept. Spoken
 * by callers only; whatever provider answers, the request reaches it as chat. Source: OpenAI's OpenAPI description of
 * 2026-08-21. Safe for use by many threads.
 */
public final class ResponsesDialect implements CallerDialect {
    private final Clock clock;

    /** @param clock dates answers of providers that do not say when they were made */
    public ResponsesDialect(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Dialect.Name name() {
        return Dialect.Name.RESPONSES;
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
    public Dialect.StreamEncoder encoder(ChatRequest request) {
        return new ResponsesEncoder(request, clock.instant().getEpochSecond());
    }
}
