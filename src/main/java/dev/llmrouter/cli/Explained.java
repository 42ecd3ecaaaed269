package dev.llmrouter.cli;

import dev.llmrouter.policy.load.PolicyException;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;

/** Says what went wrong without a stack trace: the innermost cause that has something to say. */
final class Explained {
    private Explained() {}

    static String of(Throwable failure) {
        String said = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PolicyException policy) {
                return policy.check().text();
            }
            if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
                return "File not found: " + cause.getMessage();
            }
            String message = cause.getMessage();
            if (message != null && message.contains("Address already in use")) {
                return "The port is in use already. Choose another with --port.";
            }
            if (message != null && !message.isBlank()) {
                said = message;
            }
        }
        return said;
    }
}
