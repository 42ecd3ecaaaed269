package dev.llmrouter.evaluate;

import java.util.Arrays;

/**
 * A scorer of the user's own threw something. The message says which scorer, at what place of the data, what class was thrown and from
 * where, but not the words of it: they often hold the answer ({@link NumberFormatException} does), which belongs in no log. For the same
 * reason what was thrown is not the cause.
 */
public final class ScorerFaultException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private ScorerFaultException(String message) {
        super(message);
    }

    /** @param spec scorer as it was named @param thrown by its class */
    static ScorerFaultException of(String spec, Class<?> scorer, Throwable thrown) {
        return new ScorerFaultException("scorer '" + spec + "': class " + scorer.getName() + " threw "
                + thrown.getClass().getName() + place(scorer, thrown)
                + ". Mend the class so that every answer gets a score from 0 to 1, or leave the scorer out");
    }

    /** Where the scorer was then; empty if the runtime does not tell. */
    private static String place(Class<?> scorer, Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().equals(scorer.getName()))
                .findFirst()
                .map(frame ->
                        " in " + frame.getMethodName() + " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
                .orElse("");
    }

    /** The same with a place before it. @param place a line, or a file whose line is named already */
    public ScorerFaultException at(String place) {
        return new ScorerFaultException(place + ": " + getMessage());
    }
}
