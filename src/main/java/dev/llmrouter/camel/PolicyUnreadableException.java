package dev.llmrouter.camel;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The policy that was named cannot be read: it is not there, no file, or access is denied; the cause says which. */
public final class PolicyUnreadableException extends UncheckedIOException {
    private static final long serialVersionUID = 1;

    private final String uri;

    PolicyUnreadableException(String uri, IOException cause) {
        super("policy '" + uri + "' cannot be read: " + cause.getMessage(), cause);
        this.uri = uri;
    }

    /** Its resource URI or path, as it was named. */
    public String uri() {
        return uri;
    }
}
