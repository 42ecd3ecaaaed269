package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A wire format as we speak it to providers. Implementations have no state and are safe for use by many threads. */
public interface ProviderDialect {
    /** Which dialect it is. */
    Dialect.Name name();

    /**
     * The body that asks a provider of this dialect. From the same dialect everything is kept, known or not, but for the
     * model; from another one everything that this dialect can say is said ({@link Portability} tells what it cannot).
     *
     * @param remoteModel the provider's name of the model
     * @param defaultMaxOutput tokens to ask for where this dialect demands a limit and the caller gave none; at least 1
     */
    ObjectNode writeRequest(ChatRequest request, String remoteModel, int defaultMaxOutput);

    /** Reads a provider's whole answer. @throws MalformedReplyException if it is none */
    ChatReply parseReply(byte[] body) throws MalformedReplyException;

    /** Reads a provider's error. Never throws: what cannot be read becomes an error by its status alone. */
    ChatError parseError(int status, byte[] body);

    /** Reads one provider's stream. */
    Dialect.StreamDecoder decoder();
}
