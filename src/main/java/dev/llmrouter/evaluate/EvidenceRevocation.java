package dev.llmrouter.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes evidence back because of what was served since. A validation that passes on
 * other answers is the way to have it again: those that the proof stood on are spent.
 */
public final class EvidenceRevocation {
    /** What stands in a revoked proof where {@code accepted} stood. */
    public static final String DRIFT = "drift";

    /** What came of it. */
    public enum Outcome {
        /** The proofs were revoked just now. */
        REVOKED,
        /** They had been before. */
        WAS_REVOKED,
        /** There are none, or none that can be read. */
        NO_EVIDENCE,
        /** Every proof is younger than the drift: it may already answer it. */
        VALIDATED_SINCE
    }

    private EvidenceRevocation() {}

    /**
     * Revokes the accepted proofs of a task that are not younger than a day.
     *
     * @param since day on which the drift began
     * @param why a sentence that is kept with the proofs
     * @throws IOException if the file cannot be read or written
     */
    public static Outcome revoke(Path directory, String task, LocalDate since, String why) throws IOException {
        Path path = EvidenceFile.path(directory, task);
        Outcome seen = outcome(read(path), since);
        if (seen != Outcome.REVOKED) {
            return seen; // there is nothing to write, where perhaps nothing can be written
        }
        return EvidenceLock.whileLocked(directory, () -> {
            EvidenceFile file = read(path); // somebody may have changed it
            Outcome outcome = outcome(file, since);
            if (file != null && outcome == Outcome.REVOKED) {
                for (Proof proof : old(file, since)) {
                    file = file.with(proof.revoked(DRIFT, since, why));
                }
                file.write(directory);
            }
            return outcome;
        });
    }

    private static @Nullable EvidenceFile read(Path path) throws IOException {
        return Files.exists(path) ? EvidenceFile.read(path) : null;
    }

    /** {@link Outcome#REVOKED} if there is something to revoke. */
    private static Outcome outcome(@Nullable EvidenceFile file, LocalDate since) {
        if (file == null || file.models().isEmpty() || !file.isIntact()) {
            return Outcome.NO_EVIDENCE;
        }
        if (file.models().stream().noneMatch(Proof::isAccepted)) {
            boolean isByDrift = file.models().stream().anyMatch(proof -> DRIFT.equals(proof.acceptance()));
            return isByDrift ? Outcome.WAS_REVOKED : Outcome.NO_EVIDENCE;
        }
        return old(file, since).isEmpty() ? Outcome.VALIDATED_SINCE : Outcome.REVOKED;
    }

    /** What is to be revoked. */
    private static List<Proof> old(EvidenceFile file, LocalDate since) {
        return file.models().stream()
                .filter(proof -> proof.isAccepted() && !isYounger(proof, since))
                .toList();
    }

    /** Whether it stands on answers of after a day, as far as their days are known; else whether it was accepted after it. */
    private static boolean isYounger(Proof proof, LocalDate since) {
        LocalDate day = proof.answeredSince();
        return day != null && day.isAfter(since);
    }
}
