package dev.llmrouter.classify.learned;

/** A data set cannot be read at all, or holds no line. The message names the file and says what to give. */
public final class UnreadableDataException extends ExamplesException {
    private static final long serialVersionUID = 1L;

    public UnreadableDataException(String message) {
        super(message);
    }
}
