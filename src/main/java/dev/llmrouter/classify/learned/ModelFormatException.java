package dev.llmrouter.classify.learned;

/** A file is no model that can be read, or a damaged one. The message says what was found and what to do. */
public class ModelFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    public ModelFormatException(String message) {
        super(message);
    }
}
