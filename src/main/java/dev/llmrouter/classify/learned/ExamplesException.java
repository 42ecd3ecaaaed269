package dev.llmrouter.classify.learned;

import java.util.List;

/** A data set cannot be used as it is. The message names the file, the lines and their faults, never their text. */
public class ExamplesException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 20;

    public ExamplesException(String message) {
        super(message);
    }

    static ExamplesException of(String file, List<String> faults, int count) {
        StringBuilder message = new StringBuilder(file)
                .append(": ")
                .append(count)
                .append(count == 1 ? " line" : " lines")
                .append(" cannot be used. Correct or remove them:");
        faults.forEach(
                fault -> message.append(System.lineSeparator()).append("  ").append(fault));
        if (count > faults.size()) {
            message.append(System.lineSeparator())
                    .append("  ... and ")
                    .append(count - faults.size())
                    .append(" more");
        }
        return new ExamplesException(message.toString());
    }

    static int shown() {
        return SHOWN;
    }
}
