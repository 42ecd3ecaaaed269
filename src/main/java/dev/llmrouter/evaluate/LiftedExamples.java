package dev.llmrouter.evaluate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Which examples of a comparison the policy kept from the candidate, in the order of the file. Not safe for use by many threads. */
final class LiftedExamples {
    private static final int REACHED = '.';
    private static final int LIFTED = 'b';
    private static final int LEFT_OUT = 'x';

    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private boolean areNone = true;

    /** One more example. @param isLifted whether the baseline serves it */
    void add(boolean isLifted) {
        all.write(isLifted ? LIFTED : REACHED);
        areNone &= !isLifted;
    }

    /** One more that says nothing of the candidate, because the gate has learned from it. */
    void addLeftOut() {
        all.write(LEFT_OUT);
        areNone = false;
    }

    /** The first 12 hexadecimal digits of a SHA-256 over them; empty if each reached the candidate. */
    String hash() {
        return areNone ? "" : Sha256.of(all.toString(StandardCharsets.US_ASCII)).substring(0, 12);
    }
}
