package dev.llmrouter.classify.gate;

import dev.llmrouter.classify.learned.Hashes;
import java.util.Arrays;
import java.util.Collection;

/**
 * Which inputs a gate knows from training, as hashes: whatever proves the gate has to leave them out. Inputs that differ in
 * case, signs or white space alone are the same. Whoever guesses an input can find it confirmed, with one wrong confirmation
 * in 2^64 / n. Immutable.
 */
public final class SeenInputs {
    /** What a gate of an older version knows of its inputs. */
    static final SeenInputs UNKNOWN = new SeenInputs(new long[0]);

    private final long[] hashes;

    /** @param hashes in rising order */
    private SeenInputs(long[] hashes) {
        this.hashes = hashes;
    }

    static SeenInputs of(Collection<Outcome> outcomes) {
        return ofHashes(
                outcomes.stream().mapToLong(outcome -> hash(outcome.text())).toArray());
    }

    static SeenInputs ofHashes(long[] any) {
        return new SeenInputs(Arrays.stream(any).sorted().distinct().toArray());
    }

    private static long hash(String text) {
        return Hashes.of(Outcome.plain(text), 0);
    }

    /** Whether the gate has learned from this input, or proved its threshold on it; false where it does not know. */
    public boolean has(String text) {
        return hashes.length > 0 && Arrays.binarySearch(hashes, hash(text)) >= 0;
    }

    /** Number of different inputs; 0 where a gate of an older version does not know them. */
    public int size() {
        return hashes.length;
    }

    long[] hashes() {
        return hashes.clone();
    }
}
