package dev.llmrouter.camel;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The policy that was named cannot be read: it is not there, no file, or access is denied; the cause says which. */
public final class PolicyUnreadableException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    private static final String REMEDY =
            ". Correct llm-router.policy, or the parameter 'policy' of the step that names it.";

    private final String uri;

    PolicyUnreadableException(String uri, IOException cause) {
        super("policy '" + uri + "' cannot be read: " + reason(uri, cause), cause);
        this.uri = uri;
    }

    private static String reason(String uri, IOException cause) {
        boolean isMissing = cause instanceof NoSuchFileException || cause instanceof FileNotFoundException;
        Path file = CamelPolicyResource.file(uri);
        if (file == null) {
            return isMissing
                    ? (uri.startsWith("classpath:") ? "it is not on the class path" : "it does not exist") + REMEDY
                    : String.valueOf(cause.getMessage());
        }
        Path place = file.toAbsolutePath();
        if (isMissing) {
            return "it does not exist (looked for " + place + ")" + REMEDY;
        }
        if (cause instanceof AccessDeniedException) {
            return "access is denied (" + place + "). Let the user of this process read it.";
        }
        return Files.isDirectory(file) ? "it is a folder (" + place + ")" + REMEDY : String.valueOf(cause.getMessage());
    }

    /** Its resource URI or path, as it was named. */
    public String uri() {
        return uri;
    }
}
