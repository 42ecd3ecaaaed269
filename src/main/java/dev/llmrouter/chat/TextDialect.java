package dev.llmrouter.chat;

import dev.llmrouter.policy.Limits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Plain text in UTF-8: the body is the question, the reply is the answer's text. Safe for use by many threads. */
public final class TextDialect implements CallerDialect {
    @Override
    public Dialect.Name name() {
        return Dialect.Name.TEXT;
    }

    @Override
    public ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException {
        JsonBody.checkSize(body, limits);
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Fields.bad(null, "The body is not valid UTF-8.");
        }
        if (text.isBlank()) {
            throw Fields.bad(null, "The body is empty; expected is the text of a question.");
        }
        return ChatRequest.ofText(text);
    }

    @Override
    public byte[] writeReply(ChatReply reply, ChatRequest request) {
        String text = reply.text();
        if (text.isEmpty() && !reply.choices().isEmpty()) {
            for (Part part : reply.choices().get(0).parts()) {
                if (part instanceof Part.Refusal refusal) {
                    text = refusal.text();
                }
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] writeError(ChatError error, String requestId) {
        return (error.message() + " (request " + requestId + ")\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int status(ChatError error) {
        return CallerErrors.openAiStatus(error);
    }

    /**
     * The text as it comes. Plain text cannot say that it failed: for a failure nothing is written, and whoever sends the
     * bytes must break the transfer off.
     */
    @Override
    public Dialect.StreamEncoder encoder(ChatRequest request) {
        return new Dialect.StreamEncoder() {
            @Override
            public byte[] encode(StreamEvent event) {
                return event instanceof StreamEvent.TextDelta delta && delta.choice() == 0
                        ? delta.text().getBytes(StandardCharsets.UTF_8)
                        : NOTHING;
            }

            @Override
            public byte[] pass(String event, String data, List<StreamEvent> meaning) {
                throw new IllegalStateException(
                        "No provider speaks plain text, so nothing can be passed on as it came.");
            }
        };
    }
}
