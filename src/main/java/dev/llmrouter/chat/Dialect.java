package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;

/**
 * A wire format, in both directions: as callers speak it to us, and as we speak it to providers.
 *
 * <p>Implementations have no state and are safe for use by many threads; decoders and encoders belong to one stream.
 */
public interface Dialect {
    /** The dialects there are. */
    enum Name {
        OPENAI,
        ANTHROPIC,
        GEMINI,
        TEXT
    }

    Name name();

    // -- callers speak to us

    /** Reads a caller's request. @throws BadRequestException if it is malformed or breaks a limit */
    ChatRequest parseRequest(byte[] body, Limits limits) throws BadRequestException;

    /** A whole answer as the caller expects it; the provider's own bytes as far as it speaks the same dialect. */
    byte[] writeReply(ChatReply reply, ChatRequest request);

    /** An error as the caller expects it. @param requestId our id of the request */
    byte[] writeError(ChatError error, String requestId);

    /** Turns stream events into this dialect's server-sent events for one caller. */
    StreamEncoder encoder(ChatRequest request);

    // -- we speak to providers

    /**
     * The body that asks a provider of this dialect. From the same dialect everything is kept, known or not, but for the
     * model; from another one everything that this dialect can say is said.
     *
     * @param remoteModel the provider's name of the model
     * @param defaultMaxOutput tokens to ask for where this dialect demands a limit and the caller gave none
     */
    ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput);

    /** Reads a provider's whole answer. @throws MalformedReplyException if it is none */
    ChatReply parseReply(byte[] body) throws MalformedReplyException;

    /** Reads a provider's error. Never throws: what cannot be read becomes an error by its status alone. */
    ChatError parseError(int status, byte[] body);

    /** Reads one provider's stream. */
    StreamDecoder decoder();

    /** Reads a stream: fed with server-sent events, gives what they mean. Not safe for use by several threads. */
    interface StreamDecoder {
        /**
         * @param event name of the server-sent event; empty if it has none
         * @param data its data
         * @throws MalformedReplyException if the data cannot be read
         */
        java.util.List<StreamEvent> decode(String event, String data) throws MalformedReplyException;
    }

    /** Writes a stream: fed with what happens, gives the bytes for the caller. Not safe for use by several threads. */
    interface StreamEncoder {
        byte[] NOTHING = new byte[0];

        /** Bytes of complete server-sent events, or {@link #NOTHING}. */
        byte[] encode(StreamEvent event);

        /**
         * Passes on a server-sent event of the same dialect as it came, where that is possible.
         *
         * @param event name of the event, empty if none
         * @param data its data as it came
         * @param meaning what the decoder made of it
         */
        byte[] pass(String event, String data, java.util.List<StreamEvent> meaning);
    }

    /** A server-sent event. */
    static byte[] sse(String event, String data) {
        String text = event.isEmpty() ? "data: " + data + "\n\n" : "event: " + event + "\ndata: " + data + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
