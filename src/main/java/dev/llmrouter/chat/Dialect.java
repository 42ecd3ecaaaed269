package dev.llmrouter.chat;

import java.nio.charset.StandardCharsets;

/**
 * A wire format, in both directions: as callers speak it to us, and as we speak it to providers.
 *
 * <p>Implementations have no state and are safe for use by many threads; decoders and encoders belong to one stream.
 */
public interface Dialect extends CallerDialect, ProviderDialect {
    /**
     * The dialects there are. Gemini is spoken by providers only, plain text by callers only; embeddings are an
     * operation of its own, which is asked for and answered in one format.
     */
    enum Name {
        OPENAI,
        EMBEDDINGS,
        ANTHROPIC,
        RESPONSES,
        GEMINI,
        TEXT
    }

    @Override
    Name name();

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

    /** A server-sent event. @param event its name; empty for none @param data its data; may have several lines */
    static byte[] sse(String event, String data) {
        String lines = data.indexOf('\n') < 0 ? data : data.replace("\n", "\ndata: ");
        String text = event.isEmpty() ? "data: " + lines + "\n\n" : "event: " + event + "\ndata: " + lines + "\n\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
