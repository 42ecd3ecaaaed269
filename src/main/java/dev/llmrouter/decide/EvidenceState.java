package dev.llmrouter.decide;

import java.util.Locale;

/** What the evidence behind a decision is worth. */
public enum EvidenceState {
    /** The models that may serve are proven, and nothing that the proofs bind has changed. */
    VALID,
    /** Never compared with the baseline. */
    MISSING,
    /** Compared and refused, or something that the proof binds has changed, or the file is broken. */
    INVALID,
    /** Proven once, too long ago. */
    EXPIRED,
    /** Not proven; somebody answers for it until a stated day. */
    WAIVED,
    /** Nothing is saved: the task's tier is the baseline or costs no less, or no task was acted on. */
    NOT_NEEDED;

    /** As it stands in headers, records and meters: {@code not-needed}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
