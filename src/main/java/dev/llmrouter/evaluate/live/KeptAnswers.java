package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Answers;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Example.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a journal to the questions of one data set. In memory are keys, not texts. Filled by {@link #expect}, then
 * used; not safe for use by many threads.
 */
public final class KeptAnswers implements Answers {
    private final @Nullable Journal journal;
    private final String system;
    private final Map<Integer, Map<String, Expected>> expected = new HashMap<>();
    private final MessageDigest digest; // answers and what was said of them
    private final MessageDigest answers;
    private int answered;
    private @Nullable String dataHash;
    private int simulated;
    private int cut;
    private int cutOfBaseline;
    private int lost;
    private int used;
    private final Map<String, LocalDate> oldest = new HashMap<>(); // by task

    /**
     * An answer that will be asked for.
     *
     * @param isOfCandidate as {@link Question#isOfCandidate}
     * @param isLimitedByRun as {@link Question#isLimitedByRun}
     */
    private record Expected(String key, boolean isOfCandidate, boolean isLimitedByRun) {}

    /** @param journal null if there is none yet @param system system prompt of examples without one of their own */
    public KeptAnswers(@Nullable Journal journal, String system) {
        this.journal = journal;
        this.system = system;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
            this.answers = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    /** An answer to this question will be asked for. */
    public void expect(Question question) {
        expected.computeIfAbsent(question.line(), line -> new LinkedHashMap<>(4))
                .put(
                        question.model(),
                        new Expected(question.key(), question.isOfCandidate(), question.isLimitedByRun()));
    }

    /** @param hash SHA-256 of the data set that the questions are of */
    public void ofData(String hash) {
        dataHash = hash;
    }

    @Override
    public Example fill(Example example) {
        expected.getOrDefault(example.line(), Map.of())
                .values()
                .forEach(asked -> lost += asked.isOfCandidate() && isLost(asked.key()) ? 1 : 0);
        return filled(example, (key, kept) -> count(example.task(), key, kept), () -> cutOfBaseline++);
    }

    /** As {@link #fill}, without taking note of what is used. */
    Example filled(Example example) {
        return filled(example, (key, kept) -> {}, () -> {});
    }

    private Example filled(Example example, BiConsumer<String, Journal.Kept> used, Runnable unfit) {
        Map<String, Output> more = new LinkedHashMap<>();
        expected.getOrDefault(example.line(), Map.of()).forEach((model, asked) -> {
            Journal.Kept kept = find(asked.key());
            if (kept != null && kept.isCut() && asked.isLimitedByRun() && !asked.isOfCandidate()) {
                unfit.run(); // what only this run's limit kept from the rest of it would count as the baseline's
                // mistake
            } else if (kept != null) {
                BigDecimal usd = kept.usd();
                more.put(model, new Output(kept.text(), null, usd == null ? null : usd.doubleValue()));
                used.accept(asked.key(), kept);
            }
        });
        return example.with(example.system().isEmpty() ? system.strip() : example.system(), more);
    }

    /** An answer of a model is used. */
    void count(String task, String key, Journal.Kept kept) {
        answered++;
        LocalDate day = kept.day();
        if (day != null) {
            oldest.merge(task, day, (one, other) -> one.isBefore(other) ? one : other);
        }
        add(key, kept, answers);
        countSaid(key, kept);
    }

    /** A reply of a judge, or a vector, is used. */
    void countSaid(String key, Journal.Kept kept) {
        used++;
        simulated += kept.isSimulated() ? 1 : 0;
        cut += kept.isCut() ? 1 : 0;
        add(key, kept, digest);
    }

    private static void add(String key, Journal.Kept kept, MessageDigest to) {
        to.update(key.getBytes(StandardCharsets.US_ASCII));
        to.update(kept.text().getBytes(StandardCharsets.UTF_8));
        to.update(kept.anew().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether an answer that is missing will not come any more: it was lost on its way, or is there and cut. */
    boolean isOver(Example example, String model) {
        Expected asked = expected.getOrDefault(example.line(), Map.of()).get(model);
        return asked != null
                && journal != null
                && (journal.has(asked.key()) || asked.isOfCandidate() && journal.isLost(asked.key()));
    }

    private boolean isLost(String key) {
        return journal != null && journal.isLost(key);
    }

    Journal.@Nullable Kept find(String key) {
        if (journal == null) {
            return null;
        }
        try {
            return journal.find(key);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal " + journal.path() + " cannot be read", e);
        }
    }

    @Override
    public String hash(String hash) {
        if (!hash.equals(dataHash)) {
            throw new IllegalArgumentException(
                    "the data set was changed while its models were asked; run again: what was"
                            + " answered is kept, and only what is new is asked");
        }
        return used == 0 ? hash : end(digest, hash);
    }

    @Override
    public String answersHash(String hash) {
        return answered == 0 ? hash : end(answers, hash);
    }

    @Override
    public @Nullable LocalDate oldest(String task) {
        return oldest.get(task);
    }

    private String end(MessageDigest all, String hash) {
        all.update(hash.getBytes(StandardCharsets.US_ASCII));
        if (journal != null
                && answered > 0) { // answers that are asked anew are others, also where every word is the same
            all.update(journal.begun().getBytes(StandardCharsets.US_ASCII));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    @Override
    public List<String> remarks() {
        List<String> all = new ArrayList<>();
        if (simulated > 0) {
            all.add(simulated + " of " + used
                    + " answers are the simulator's: they show how this works, and prove nothing");
        }
        if (lost > 0) {
            all.add(lost + (lost == 1 ? " answer of a candidate was" : " answers of candidates were")
                    + " lost on the way (out of time, a broken connection) and not asked for again: a model that is slow where"
                    + " it is wrong would gain by each new try. Where the mistake was yours (a short timeout, the network), ask"
                    + " the model everything anew: validate --anew MODEL");
        }
        if (cutOfBaseline > 0) {
            all.add(cutOfBaseline
                    + (cutOfBaseline == 1 ? " answer of the baseline was" : " answers of the baseline were")
                    + " cut by --max-output, which callers would have had whole, and count as missing; raise --max-output (every answer with this"
                    + " limit is asked for anew)");
        }
        if (cut > 0) {
            all.add(cut + " of " + used
                    + " answers ended at their limit of tokens; raise --max-output if they are cut");
        }
        return all;
    }
}
