package dev.llmrouter.chat;

import dev.llmrouter.policy.Limits;
import java.io.ByteArrayOutputStream;

/** A wire format as callers speak it to us. Implementations have no state and are safe for use by many threads. */
public interface CallerDialect {
    /** Which dialect it is. */
    Dialect.Name name();

    /** Reads a caller's request. @throws BadRequestException if it is malformed or breaks a limit */
    ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException;

    /** A whole answer as the caller expects it; the provider's own body as far as it speaks the same dialect. */
    byte[] writeReply(ChatReply reply, ChatRequest request);

    /** An error as the caller expects it. @param requestId our id of the request */
    byte[] writeError(ChatError error, String requestId);

    /** The HTTP status that an error has in this dialect: 400 to 599. */
    int status(ChatError error);

    /** A whole answer as a stream: for an answer that was checked first, or a provider that did not stream. */
    default byte[] writeStream(ChatReply reply, ChatRequest request) {
        Dialect.StreamEncoder encoder = encoder(request);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamEvent.of(reply).forEach(event -> bytes.writeBytes(encoder.encode(event)));
        return bytes.toByteArray();
    }

    /** Turns stream events into this dialect's server-sent events for one caller. */
    Dialect.StreamEncoder encoder(ChatRequest request);
}
