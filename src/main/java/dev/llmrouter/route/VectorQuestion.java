package dev.llmrouter.route;

import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.EmbeddingsDialect;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.classify.learned.PromptText;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.SingleCall;
import dev.llmrouter.dispatch.VectorCheck;
import dev.llmrouter.policy.ClassifierSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What task a request is, by the vector of its text. */
public final class VectorQuestion implements ClassifierQuestion {
    private static final Logger LOG = LoggerFactory.getLogger(VectorQuestion.class);

    private final Classified before;
    private final TaskVectors vectors;
    private final Cancellation caller;
    private final Cancellation own = new Cancellation();
    private final String text;
    private final @Nullable SingleCall single;
    private @Nullable Classified settled;
    private float @Nullable [] vector;
    private @Nullable Prediction prediction;

    private VectorQuestion(Classified before, TaskVectors vectors, Cancellation caller, LongSupplier nanoTime) {
        this.before = before;
        this.vectors = vectors;
        this.caller = caller;
        this.text = TaskVectors.excerpt(PromptText.of(before.described().input().request()), vectors.candidate());
        this.single = begin(nanoTime);
    }

    /**
     * @param nanoTime the clock of the embedder's health
     * @return null if there is nothing to ask: the task is known, no task is needed, or no vectors are there to compare with
     */
    static @Nullable VectorQuestion of(Classified classified, Cancellation caller, LongSupplier nanoTime) {
        TaskVectors vectors = classified.received().policy().taskVectors();
        return vectors != null && isOpen(classified) ? new VectorQuestion(classified, vectors, caller, nanoTime) : null;
    }

    /** Whether vectors are to be compared for the task. */
    static boolean isOpen(Classified classified) {
        return classified.received().policy().taskVectors() != null && classified.needsTask();
    }

    private @Nullable SingleCall begin(LongSupplier nanoTime) {
        boolean rests = vectors.member() != null
                && before.received()
                        .policy()
                        .decider()
                        .health()
                        .unavailable(vectors.member())
                        .isPresent();
        SingleCall begun = rests
                ? null
                : SingleCall.begin(
                        vectors.candidate(),
                        EmbeddingsDialect.request(
                                java.util.List.of(text),
                                vectors.candidate().model().name()),
                        vectors.health(),
                        nanoTime,
                        vectors.timeout(),
                        own,
                        before.received().startNanos());
        if (begun == null) {
            settled =
                    unknown(rests ? "not asked: the model is resting" : "not asked: its circuit breaker is open", null);
        }
        return begun;
    }

    @Override
    public @Nullable ProviderCall call() {
        return single == null ? null : single.call();
    }

    @Override
    public @Nullable ProviderClient client() {
        return vectors.client();
    }

    @Override
    public Duration timeout() {
        return vectors.timeout();
    }

    @Override
    public @Nullable Classified settled() {
        return settled;
    }

    @Override
    public Runnable stopWithCaller() {
        return caller.onCancel(own::cancel);
    }

    private SingleCall made() {
        return Objects.requireNonNull(single, "no call was made");
    }

    @Override
    public Classified answered(ChatReply reply) {
        ProviderException fault = VectorCheck.fault(made().call(), reply);
        Embeddings embeddings = reply.embeddings();
        if (fault != null || embeddings == null) {
            return failed(Objects.requireNonNull(fault, "a checked answer has vectors"));
        }
        Usage counted = reply.usage();
        fault = VectorCheck.otherSpace(
                made().call(), embeddings, vectors.model().dimensions(), counted);
        if (fault != null) { // each answer is paid for: the breaker ends that
            LOG.warn(
                    "The step 'embedding': {}. It makes other vectors than before: once its model is the right one, delete the"
                            + " file beside the policy that ends in '.vectors' and load the policy anew, so that those of the examples are made again",
                    fault.getMessage());
            return failed(fault);
        }
        Attempt attempt = made().answered(
                        counted != null
                                ? counted
                                : Usage.of(TokenEstimator.estimate(text), 0).asEstimate());
        Prediction found;
        try {
            vector = embeddings.vectors().get(0);
            found = vectors.model().predict(vector);
            prediction = found;
        } catch (IllegalArgumentException e) {
            return unknown(String.valueOf(e.getMessage()), attempt);
        }
        String task = found.task();
        double least =
                before.received().policy().policy().classifier().minConfidence(ClassifierSettings.Step.EMBEDDING);
        String told = found.top().get(0).task() + " " + percent(found.confidence());
        if (task == null) {
            return unknown("nearest is " + told + ": none of the tasks", attempt);
        }
        if (!before.received().policy().policy().tasks().containsKey(task)) {
            return unknown("nearest is " + told + ", which the policy no longer has", attempt);
        }
        if (found.confidence() < least) {
            return unknown("nearest is " + told + ", below " + percent(least), attempt);
        }
        return before.asked(
                task,
                found.confidence(),
                Classification.Source.EMBEDDING,
                "embedding: nearest is " + told,
                booked(attempt));
    }

    /** The vector that was compared; null if none came. */
    public float @Nullable [] vector() {
        return vector;
    }

    /** What the comparison says, whether it is acted on or not; null if there was none. */
    public @Nullable Prediction prediction() {
        return prediction;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    @Override
    public Classified failed(ProviderException failure) {
        Attempt attempt = made().failed(failure, caller.isCancelled());
        return unknown("failed with " + attempt.outcome().key(), attempt);
    }

    @Override
    public Classified tooLate() {
        Attempt attempt = made().tooLate();
        own.cancel();
        return unknown("no vector within " + vectors.timeout().toMillis() + " ms", attempt);
    }

    private Classified unknown(String why, @Nullable Attempt attempt) {
        return before.asked(null, 0, Classification.Source.DEFAULT, "embedding: " + why, booked(attempt));
    }

    /** What a bean costs is its owner's to know: it is no call to a provider of the policy. */
    private @Nullable Attempt booked(@Nullable Attempt attempt) {
        return vectors.isBean() ? null : attempt;
    }
}
