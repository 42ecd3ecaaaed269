package dev.llmrouter.evaluate.live;

/**
 * What shows that judges and vectors tell a right answer from a wrong one: of all data sets that are looked at together, so that a small one
 * among them is not judged alone. One for each comparison. Used by one thread.
 */
public final class ScorerControls {
    private final JudgeControls judges = new JudgeControls();
    private final VectorControls vectors = new VectorControls();

    JudgeControls judges() {
        return judges;
    }

    VectorControls vectors() {
        return vectors;
    }
}
