package dev.llmrouter.chat;

/**
 * Keeps texts apart that a dialect with one text for all of them would glue together: what stands before a tool call and
 * after it, or in two messages of one answer. Pieces of one text stay as they are. Not safe for use by several threads.
 */
final class Paragraphs {
    private static final String BREAK = "\n\n";

    private boolean said;
    private boolean lineEnded;
    private boolean apart;

    /** What comes next is another text than before. */
    void end() {
        apart = true;
    }

    /** @return the text as it goes on: with an empty line before it where it begins another text than the one before */
    String next(String text) {
        if (text.isEmpty()) {
            return text;
        }
        boolean breaks = apart && said && !lineEnded && text.charAt(0) != '\n';
        said = true;
        apart = false;
        lineEnded = text.charAt(text.length() - 1) == '\n';
        return breaks ? BREAK + text : text;
    }
}
