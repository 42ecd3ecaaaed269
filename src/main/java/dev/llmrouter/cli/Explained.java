package dev.llmrouter.cli;

import dev.llmrouter.policy.PolicyException;
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
            if (cause instanceof java.net.BindException) {
                return "The address is in use already (" + cause.getMessage() + "). Choose another with --server.port.";
            }
            if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
                said = cause.getMessage();
            }
        }
        return said;
    }
}
