package dev.llmrouter.camel.files;

/** A batch of a provider did not answer a line, and the tier says that nobody else is to be asked. */
final class UnansweredException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message why, for people; quotes nothing of the line */
    UnansweredException(String message) {
        super(message);
    }
}
