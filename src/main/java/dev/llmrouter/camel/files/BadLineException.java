package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** A line that is no request. The message says what was found and what is allowed, and quotes nothing of the line. */
final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable JsonNode id;

    BadLineException(String message) {
        this(message, null);
    }

    /** @param id the line's own name for itself, where it has one */
    BadLineException(String message, @Nullable JsonNode id) {
        super(message);
        this.id = id;
    }

    @Nullable
    JsonNode id() {
        return id;
    }
}
