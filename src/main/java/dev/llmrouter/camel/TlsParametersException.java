package dev.llmrouter.camel;

import org.jspecify.annotations.Nullable;

/** {@code SSLContextParameters} that nothing can be done with; the message says whose they are, what is wrong and what to look at. */
public final class TlsParametersException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public TlsParametersException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
