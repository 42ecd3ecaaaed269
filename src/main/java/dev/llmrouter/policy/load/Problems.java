package dev.llmrouter.policy.load;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one file, up to a limit that no reader of messages will miss. */
final class Problems {
    /** More than these are not kept: a file that is not a policy at all has one for every line. */
    static final int MAX_KEPT = 200;

    private final List<Problem> kept = new ArrayList<>();
    private int leftOut;
    private boolean unusable;
    private Severity worstLeftOut = Severity.WARNING;

    void unusable(YamlNode.Position at, String path, String what, String fix) {
        add(Severity.UNUSABLE, at, path, what, fix);
    }

    void error(YamlNode.Position at, String path, String what, String fix) {
        add(Severity.ERROR, at, path, what, fix);
    }

    void warning(YamlNode.Position at, String path, String what, String fix) {
        add(Severity.WARNING, at, path, what, fix);
    }

    void add(Severity severity, YamlNode.Position at, String path, String what, String fix) {
        unusable |= severity == Severity.UNUSABLE;
        if (kept.size() < MAX_KEPT) {
            kept.add(new Problem(
                    severity,
                    at.line(),
                    at.column(),
                    Quoted.onOneLine(path),
                    Quoted.onOneLine(what),
                    Quoted.onOneLine(fix)));
        } else {
            leftOut++;
            worstLeftOut = severity.compareTo(worstLeftOut) < 0 ? severity : worstLeftOut;
        }
    }

    boolean anyUnusable() {
        return unusable;
    }

    /** Whether further problems are only counted: then the search for good advice can be spared. */
    boolean isFull() {
        return kept.size() >= MAX_KEPT;
    }

    /** The problems by position; if some had to be left out, a last one says how many and is as serious as the worst. */
    List<Problem> sorted() {
        List<Problem> sorted = new ArrayList<>(kept);
        sorted.sort(null);
        if (leftOut > 0) {
            Problem last = sorted.get(sorted.size() - 1);
            sorted.add(new Problem(
                    worstLeftOut,
                    last.line(),
                    last.column(),
                    "",
                    "has " + leftOut + " more problems than the " + MAX_KEPT + " that are listed",
                    "Correct these first."));
        }
        return List.copyOf(sorted);
    }
}
