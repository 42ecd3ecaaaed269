package dev.llmrouter.report;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.EvidenceRevocation;
import dev.llmrouter.evaluate.Proof;
import org.jspecify.annotations.Nullable;

/** Why a route is closed, in words: whoever opens it again ought to know. */
final class ClosingWords {
    private ClosingWords() {}

    /** When live pairs closed a route, at which pair, and why; a clause. Null of any other proof. */
    static @Nullable String byPairs(Proof proof) {
        if (!proof.isLive() || !Acceptance.FAILED.key().equals(proof.acceptance())) {
            return null;
        }
        return "closed on " + proof.accepted()
                + (proof.settledAt() == null ? "" : " at pair " + proof.settledAt())
                + ": shown to be worse";
    }

    /** The same of whatever proof speaks against a model, with its figures; a sentence without its point. */
    static String of(Proof proof) {
        if (EvidenceRevocation.DRIFT.equals(proof.acceptance())) {
            return "Closed, as quality fell and the evidence of " + proof.accepted() + " was revoked";
        }
        String byPairs = byPairs(proof);
        String what = byPairs == null
                ? "Closed by evidence of " + proof.accepted() + ": not accepted (" + proof.acceptance() + ")"
                : "C" + byPairs.substring(1);
        return what
                + Phrases.format(
                        ", a difference of %s points on %,d %s (%s to %s; a loss of %.1f is accepted)",
                        Phrases.points(proof.difference()),
                        proof.n(),
                        byPairs == null ? "examples" : "pairs",
                        Phrases.points(proof.low()),
                        Phrases.points(proof.high()),
                        100 * proof.margin());
    }
}
