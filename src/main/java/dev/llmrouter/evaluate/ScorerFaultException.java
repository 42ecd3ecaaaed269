package dev.llmrouter.evaluate;

/** A scorer of the user's own threw something. The message says which, at what place of the data, and what. */
public final class ScorerFaultException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private ScorerFaultException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param spec scorer as it was named @param thrown by its class */
    static ScorerFaultException of(String spec, Class<?> scorer, Throwable thrown) {
        return new ScorerFaultException(
                "scorer '" + spec + "': class " + scorer.getName() + " threw " + text(thrown)
                        + ". Mend the class so that every answer gets a score from 0 to 1, or leave the scorer out",
                thrown);
    }

    /** Class and message of what was thrown. */
    static String text(Throwable thrown) {
        String message = thrown.getMessage();
        return thrown.getClass().getName() + (message == null ? "" : ": " + message);
    }

    /** The same with a place before it. @param place a line, or a file whose line is named already */
    public ScorerFaultException at(String place) {
        return new ScorerFaultException(place + ": " + getMessage(), this);
    }
}
