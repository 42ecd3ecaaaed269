package dev.llmrouter.policy.load;

import java.util.Comparator;

/**
 * One thing that is wrong in a policy file.
 *
 * <p>Never holds the value of a placeholder, a key or a header: what it quotes is what the file says.
 *
 * @param line line of the file, from 1
 * @param column column in that line in code points, from 1
 * @param path field that it is about, as in {@code tiers.economy.models[1]}; empty for the file as a whole
 * @param what what was found and what is allowed; goes on from {@code path} and has no full stop
 * @param fix what to do about it, as a sentence
 */
public record Problem(Severity severity, int line, int column, String path, String what, String fix)
        implements Comparable<Problem> {

    private static final Comparator<Problem> BY_POSITION = Comparator.comparingInt(Problem::line)
            .thenComparingInt(Problem::column)
            .thenComparing(Problem::severity)
            .thenComparing(Problem::path)
            .thenComparing(Problem::what)
            .thenComparing(Problem::fix);

    /** Field, finding and remedy as one line, without the position. */
    public String message() {
        return (path.isEmpty() ? "the file" : path) + " " + what + ". " + fix;
    }

    /** By position in the file, at one position the most serious first. */
    @Override
    public int compareTo(Problem other) {
        return BY_POSITION.compare(this, other);
    }
}
