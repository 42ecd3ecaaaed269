package dev.llmrouter.camel;

import java.io.Serial;

/** Somebody is to be called whose key is not set; the message says whose, and what to do. */
public final class MissingKeyException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    MissingKeyException(String message) {
        super(message);
    }
}
