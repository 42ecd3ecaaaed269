package dev.llmrouter.cli;

import dev.llmrouter.application.SettingException;
import dev.llmrouter.camel.PolicyUnreadableException;
import dev.llmrouter.camel.TlsParametersException;
import dev.llmrouter.camel.gateway.CannotListenException;
import dev.llmrouter.policy.load.PolicyException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Says what went wrong without a stack trace: the innermost cause that has something to say, and whose mistake it is. */
final class Explained {
    private static final String OUT_OF_MEMORY =
            "The memory of %d MB that this process may use is not enough. Allow more"
                    + " (java -Xmx4g -jar ...), or give it less at a time: fewer or shorter examples, a shorter period.";

    private Explained() {}

    /** Exit code: 2 for what the caller has to say otherwise, 1 for all else. */
    static int code(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingException
                    || cause instanceof TlsParametersException
                    || cause instanceof PolicyUnreadableException) {
                return ConsoleCommand.WRONG_USAGE;
            }
        }
        return failure instanceof IllegalArgumentException ? ConsoleCommand.WRONG_USAGE : 1;
    }

    /** Why a file could not be read or written, and which it is. */
    static String reason(IOException failure) {
        if (failure instanceof FileSystemException place) {
            String what = failure instanceof NoSuchFileException
                    ? "there is no such file or folder"
                    : failure instanceof AccessDeniedException
                            ? "access is denied"
                            : failure instanceof FileAlreadyExistsException
                                    ? "it is there already, and is no folder"
                                    : failure instanceof NotDirectoryException
                                            ? "it is no folder"
                                            : String.valueOf(place.getReason());
            return place.getFile() + ": " + what;
        }
        String message = failure.getMessage();
        return message == null || message.isBlank() ? "it broke off" : message;
    }

    static String of(Throwable failure) {
        String said = failure.getClass().getSimpleName();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError full
                    && !String.valueOf(full.getMessage()).contains("thread")) {
                return OUT_OF_MEMORY.formatted(Runtime.getRuntime().maxMemory() >> 20);
            }
            if (cause instanceof PolicyException policy) {
                return policy.check().text();
            }
            if (cause instanceof PolicyUnreadableException policy) {
                return PolicyFile.unreadable(policy.uri(), Objects.requireNonNull(policy.getCause()));
            }
            if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
                return "File not found: " + cause.getMessage();
            }
            if (cause instanceof AccessDeniedException) {
                return "Access is denied: " + cause.getMessage()
                        + ". Run it as somebody who may, or name another place.";
            }
            if (cause instanceof NumberFormatException
                    && !said.equals(failure.getClass().getSimpleName())) {
                return said + ": a number is needed (" + cause.getMessage() + ")";
            }
            String message = cause.getMessage();
            if (cause instanceof CannotListenException || cause instanceof TlsParametersException) {
                return String.valueOf(message);
            }
            if (message != null && message.contains("Address already in use")) { // of the simulator
                return "The port is in use already. Choose another with --port.";
            }
            if (message != null && !message.isBlank()) {
                said = message;
            }
        }
        return said;
    }
}
