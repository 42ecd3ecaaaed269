package dev.llmrouter.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;

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
        return Files.exists(path)
                ? EvidenceLock.whileLocked(directory, () -> revoke(directory, path, since, why))
                : Outcome.NO_EVIDENCE;
    }

    private static Outcome revoke(Path directory, Path path, LocalDate since, String why) throws IOException {
        EvidenceFile file = Files.exists(path) ? EvidenceFile.read(path) : null;
        if (file == null || file.models().isEmpty() || !file.isIntact()) {
            return Outcome.NO_EVIDENCE;
        }
        List<Proof> accepted = file.models().stream().filter(Proof::isAccepted).toList();
        if (accepted.isEmpty()) {
            boolean isByDrift = file.models().stream().anyMatch(proof -> DRIFT.equals(proof.acceptance()));
            return isByDrift ? Outcome.WAS_REVOKED : Outcome.NO_EVIDENCE;
        }
        List<Proof> old =
                accepted.stream().filter(proof -> !isYounger(proof, since)).toList();
        if (old.isEmpty()) {
            return Outcome.VALIDATED_SINCE;
        }
        for (Proof proof : old) {
            file = file.with(proof.revoked(DRIFT, since, why));
        }
        file.write(directory);
        return Outcome.REVOKED;
    }

    private static boolean isYounger(Proof proof, LocalDate since) {
        try {
            return LocalDate.parse(proof.accepted()).isAfter(since);
        } catch (DateTimeException e) {
            return false;
        }
    }
}
