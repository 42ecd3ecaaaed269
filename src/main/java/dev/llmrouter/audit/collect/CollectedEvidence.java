package dev.llmrouter.audit.collect;

import dev.llmrouter.evaluate.Acceptance;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.EvidenceLock;
import dev.llmrouter.evaluate.Look;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.evaluate.TaskDefinition;
import dev.llmrouter.evaluate.Verdict;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.evaluate.collect.Stretch;
import dev.llmrouter.policy.Collect;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.PairEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Enters what live pairs have shown into the evidence of a directory.
 *
 * @param by who answers for it
 * @param today proofs expire {@value EvidenceFile#VALID_DAYS} days later, and sooner where the pairs are older
 * @param tool name and version of what writes
 */
public record CollectedEvidence(Path directory, RoutingPolicy policy, String by, LocalDate today, String tool) {
    private static final String LIVE = "live:";

    /**
     * Opens a route. @throws IllegalStateException if nothing proves it, or the simulator made the answers up
     */
    public Path open(CollectedRoute route) throws IOException {
        requireProven(route);
        return EvidenceLock.whileLocked(directory, () -> opened(route));
    }

    /**
     * Opens a route unless somebody has written about its candidate since it was looked at: another gateway that opened it, or a validation
     * that failed.
     *
     * @param seen the proof that was looked at; null if there was none
     * @return whether it is opened now
     * @throws IllegalStateException as {@link #open(CollectedRoute)}
     */
    public boolean open(CollectedRoute route, @Nullable Proof seen) throws IOException {
        requireProven(route);
        return EvidenceLock.whileLocked(directory, () -> {
            Proof known = file(route.question().task())
                    .proof(route.question().candidate())
                    .orElse(null);
            boolean isAsSeen = Objects.equals(known, seen);
            if (isAsSeen) {
                opened(route);
            }
            return isAsSeen;
        });
    }

    private Path opened(CollectedRoute route) throws IOException {
        return with(route, route.test().before(), Verdict.PASS, Acceptance.ACCEPTED)
                .write(directory);
    }

    private static void requireProven(CollectedRoute route) {
        if (!route.proves() || route.question().isSimulated()) {
            throw new IllegalStateException(
                    "no pair of task '" + route.question().task() + "' opens its route");
        }
    }

    /** Closes a route: its proof is replaced by one that failed. @return that */
    public Proof close(CollectedRoute route) throws IOException {
        EvidenceFile closed = EvidenceLock.whileLocked(directory, () -> {
            EvidenceFile file = with(route, route.test().since(), Verdict.FAIL, Acceptance.FAILED);
            file.write(directory);
            return file;
        });
        return closed.proof(route.question().candidate()).orElseThrow();
    }

    /** Names a proof: the same for whoever reads it. */
    public static String reference(Proof proof) {
        return proof.acceptance() + ' ' + proof.accepted() + ' ' + proof.dataHash();
    }

    private EvidenceFile with(CollectedRoute route, Stretch stretch, Verdict verdict, Acceptance acceptance)
            throws IOException {
        PairQuestion question = route.question();
        EvidenceFile file = file(question.task());
        List<Look> looks = new ArrayList<>(
                file.proof(question.candidate()).map(Proof::completedLooks).orElse(List.of()));
        return file.with(proof(route, stretch, verdict, acceptance, looks));
    }

    /** The evidence of a task; empty where there is none that can be used. */
    private EvidenceFile file(String task) {
        EvidenceFile known = EvidenceFile.find(directory, task);
        boolean isUsable = known != null && known.task().equals(task) && known.isIntact();
        return isUsable && known != null ? known : EvidenceFile.of(task, List.of());
    }

    /** @param looks so far, of validations too: a later one at their question is still a later one */
    private Proof proof(
            CollectedRoute route, Stretch stretch, Verdict verdict, Acceptance acceptance, List<Look> looks) {
        PairQuestion question = route.question();
        String hash = hash(route.pairs());
        String method = verdict == Verdict.PASS
                ? LiveTest.METHOD
                : Proof.settled(LiveTest.METHOD + ", since the route was open", stretch.settledAt());
        looks.add(new Look(today.toString(), hash, stretch.n(), verdict.key(), method));
        return new Proof(
                question.candidate(),
                TaskDefinition.version(policy, question.candidate()),
                question.baseline(),
                TaskDefinition.version(policy, question.baseline()),
                TaskDefinition.hash(policy.task(question.task()).orElseThrow()),
                route.gate(),
                "",
                List.of(LIVE + question.scorer()),
                route.margin(),
                CollectedRoute.ALPHA,
                CollectedRoute.ALPHA,
                verdict.key(),
                acceptance.key(),
                stretch.n(),
                stretch.candidateQuality(),
                stretch.baselineQuality(),
                stretch.difference(),
                stretch.low(),
                stretch.high(),
                Math.min(1, 1 / stretch.eValue()),
                method,
                "none",
                "live traffic",
                hash,
                List.of(),
                null,
                Collect.VERIFY.equals(question.scorer())
                        ? List.of(
                                "scored by the task's verify: that shows the form of outputs, not that they are right")
                        : List.of(),
                by,
                today.toString(),
                until(route, verdict).toString(),
                tool,
                looks);
    }

    private LocalDate until(CollectedRoute route, Verdict verdict) {
        LocalDate last = today.plusDays(EvidenceFile.VALID_DAYS);
        return verdict == Verdict.PASS && route.provesUntil().isBefore(last) ? route.provesUntil() : last;
    }

    private static String hash(List<PairEntry> pairs) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (PairEntry pair : pairs) {
                digest.update((pair.requestId()
                                + ' '
                                + pair.served()
                                + ' '
                                + pair.candidateScore()
                                + ' '
                                + pair.baselineScore()
                                + '\n')
                        .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }
}
