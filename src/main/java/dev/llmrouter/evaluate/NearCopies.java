package dev.llmrouter.evaluate;

import dev.llmrouter.classify.learned.NearDuplicates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says of a comparison whether it rests on inputs that are nearly the same. Traffic has such, and then they are examples like others; a data
 * set that was written from a few examples has them too, and then they are no independent ones. Nobody can tell that from the texts,
 * so it is said, with what the comparison would come to with one of each. Keeps the texts of {@value #MOST} examples at most; of a
 * larger comparison it says nothing. Not safe for use by many threads.
 */
final class NearCopies {
    static final int MOST = 1_000;

    /** Characters of a text that are kept; of a longer one the end is told apart by a hash. */
    private static final int LONGEST = 4_000;

    /** Share of inputs up to which nothing is said. Assumption. */
    private static final double UNTOLD = 0.05;

    private final List<String> texts = new ArrayList<>();
    private final BitSet lifted = new BitSet();
    private int n;

    /** One more example, in the order of the outcomes. @param isLifted whether the baseline serves it */
    void add(String text, boolean isLifted) {
        lifted.set(n, isLifted);
        n++;
        if (n <= MOST) {
            texts.add(text.length() <= LONGEST ? text : text.substring(0, LONGEST) + marks(text));
        } else {
            texts.clear();
        }
    }

    /** Words that two long texts do not share unless they are the same to their ends. */
    private static String marks(String text) {
        String hash = Sha256.of(text);
        return " " + hash.substring(0, 20) + "x " + hash.substring(20, 40) + "y " + hash.substring(40) + "z";
    }

    /** What has to be known of them; null if nothing. @param gate what was concluded from the outcomes */
    @Nullable
    String warning(PairedOutcomes outcomes, GateResult gate) {
        if (texts.size() != outcomes.n()) {
            return null;
        }
        long[] keys = NearDuplicates.kinds(texts);
        int kinds = (int) Arrays.stream(keys).distinct().count();
        if (n - kinds <= UNTOLD * n) {
            return null;
        }
        String said = String.format(
                Locale.ROOT,
                "%,d of %,d inputs are nearly the same as others (a word, numbers or signs differ): %,d are unlike each other",
                n - kinds,
                n,
                kinds);
        if (gate.verdict() != Verdict.PASS) {
            return said;
        }
        return said
                + (verdict(oneOfEach(keys, outcomes), gate) == Verdict.PASS
                        ? ", and one of each passes as well"
                        : ", and one of each would not pass. Where they come so from traffic they count; where they were written"
                                + " from one another they are not independent examples, and the verdict is not one");
    }

    private PairedOutcomes oneOfEach(long[] keys, PairedOutcomes outcomes) {
        Set<Long> seen = new HashSet<>();
        PairedOutcomes some = new PairedOutcomes();
        for (int i = 0; i < keys.length; i++) {
            if (seen.add(keys[i])) {
                some.add(outcomes.baselineScore(i), outcomes.candidateScore(i));
                if (lifted.get(i)) {
                    some.lift();
                }
            }
        }
        return some;
    }

    private static Verdict verdict(PairedOutcomes outcomes, GateResult gate) {
        return gate.look() > 1
                ? Relook.verdict(outcomes, gate.margin(), gate.alpha() * Relook.share(gate.look()), gate.look())
                : new Gate(gate.margin(), gate.alpha()).bounded(outcomes).verdict();
    }
}
