package dev.llmrouter.classify.learned;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What examples and their noisy copies score where they were not learned from. */
final class HeldOut {
    private static final Scored[] NONE = {};

    private final @Nullable Scored[] texts;
    private final Scored[][] copies;
    private final IntPredicate unknown;

    HeldOut(int size) {
        this(size, i -> false);
    }

    /** @param unknown whether an example's task was left out of training */
    HeldOut(int size, IntPredicate unknown) {
        texts = new Scored[size];
        copies = new Scored[size][];
        java.util.Arrays.fill(copies, NONE);
        this.unknown = unknown;
    }

    void put(int i, Scored text, Scored[] noisy) {
        texts[i] = text;
        copies[i] = noisy;
    }

    boolean has(int i) {
        return texts[i] != null;
    }

    boolean isUnknown(int i) {
        return unknown.test(i);
    }

    Scored text(int i) {
        Scored text = texts[i];
        if (text == null) {
            throw new IllegalStateException("example " + i + " was not held out");
        }
        return text;
    }

    Scored[] copies(int i) {
        return copies[i];
    }
}
