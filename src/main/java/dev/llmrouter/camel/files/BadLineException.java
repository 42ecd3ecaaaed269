package dev.llmrouter.camel.files;

/** A line that is no request. The message says what was found and what is allowed, and quotes nothing of the line. */
final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String message) {
        super(message);
    }
}
