package dev.llmrouter.camel;

import dev.llmrouter.camel.AskedStep.ConfidenceOrigin;
import dev.llmrouter.classify.learned.NearestExamples;
import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.classify.llm.TaskAnswer;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Members;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.route.Classified;
import dev.llmrouter.route.ClassifierQuestion;
import dev.llmrouter.route.CompiledPolicy;
import dev.llmrouter.route.Router;
import dev.llmrouter.route.TaskQuestion;
import dev.llmrouter.route.VectorQuestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the embedder and the classifying model about one text, by the questions, calls and clients of the routes, and keeps
 * what came of it. Not safe for use by several threads.
 */
final class AskingChain {
    private static final int NEAREST = 5;
    /** Calls end by the step's timeout; this is for the end itself to be told. */
    private static final Duration SPARE = Duration.ofSeconds(10);

    private final LlmRouterContext context;
    private final Router router;
    private final EmbeddingStep vectors;
    private final List<AskedStep> asked = new ArrayList<>();

    AskingChain(LlmRouterContext context, Router router, EmbeddingStep vectors) {
        this.context = context;
        this.router = router;
        this.vectors = vectors;
    }

    /** Why those that the chain asks cannot be asked, and what to do; empty if they can. */
    static List<String> problems(RoutingPolicy policy) {
        List<String> problems = new ArrayList<>();
        ClassifierSettings settings = policy.classifier();
        ClassifierSettings.Embedding embedding = settings.embedding();
        ClassifierSettings.Llm llm = settings.llm();
        if (embedding != null && embedding.model() != null && settings.chain().contains(Step.EMBEDDING)) {
            add(problems, policy, embedding.model());
        }
        if (llm != null && settings.chain().contains(Step.LLM)) {
            add(problems, policy, llm.model());
        }
        return problems;
    }

    private static void add(List<String> problems, RoutingPolicy policy, String model) {
        String problem = ProviderModelCaller.problem(policy, model);
        if (problem != null && !problems.contains(problem)) {
            problems.add(problem);
        }
    }

    /** Asks in the order of the routes: the embedder, then the model if no task is known yet. */
    Classified ask(Classified classified) throws InterruptedException {
        Classified compared = compare(classified);
        return askModel(compared);
    }

    /** What was asked so far. */
    List<AskedStep> asked() {
        return asked;
    }

    private Classified compare(Classified classified) throws InterruptedException {
        ClassifierSettings settings = classified.received().policy().policy().classifier();
        ClassifierSettings.Embedding embedding = settings.embedding();
        if (embedding == null || !settings.chain().contains(Step.EMBEDDING) || !router.needsTask(classified)) {
            return classified;
        }
        long start = System.nanoTime();
        VectorQuestion question = router.compare(classified, new Cancellation());
        if (question == null) {
            asked.add(step(
                    classified,
                    Step.EMBEDDING,
                    embedding.name(),
                    "not asked: " + vectors.problem(),
                    Finding.NONE,
                    null));
            return classified;
        }
        Classified told = run(question, classified);
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        Attempt attempt = attempt(classified, told);
        AskedStep.Call call = question.call() == null
                ? null
                : attempt == null ? new AskedStep.Call(millis, null, null) : call(attempt);
        asked.add(step(
                classified, Step.EMBEDDING, embedding.name(), said(classified, told), finding(question, told), call));
        return told;
    }

    private Classified askModel(Classified classified) throws InterruptedException {
        ClassifierSettings.Llm llm =
                classified.received().policy().policy().classifier().llm();
        TaskQuestion question = router.ask(classified, new Cancellation());
        if (llm == null || question == null) {
            return classified;
        }
        Classified told = run(question, classified);
        Attempt attempt = attempt(classified, told);
        TaskAnswer answer = question.answer();
        Finding finding = answer == null || answer.task() == null
                ? Finding.NONE
                : new Finding(
                        answer.task(),
                        answer.confidence(),
                        switch (answer.from()) {
                            case STATED -> ConfidenceOrigin.STATED;
                            case LOGPROBS -> ConfidenceOrigin.LOGPROBS;
                        },
                        null,
                        List.of(),
                        List.of());
        asked.add(step(
                classified,
                Step.LLM,
                llm.model(),
                said(classified, told),
                finding,
                attempt == null ? null : call(attempt)));
        return told;
    }

    private Classified run(ClassifierQuestion question, Classified before) throws InterruptedException {
        ProviderCall call = question.call();
        if (call == null) {
            Classified settled = question.settled();
            return settled == null ? before : settled;
        }
        CompletableFuture<Optional<Classified>> end = new CompletableFuture<>();
        ClassifierCall.begin(context, question, call, told -> end.complete(Optional.ofNullable(told)));
        try {
            return end.get(question.timeout().plus(SPARE).toMillis(), TimeUnit.MILLISECONDS)
                    .orElse(before);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a question for a task has no end", e);
        }
    }

    /** What a step thinks. */
    private record Finding(
            @Nullable String task,
            double confidence,
            @Nullable ConfidenceOrigin from,
            @Nullable Double threshold,
            List<Prediction.Ranked> top,
            List<NearestExamples.Near> nearest) {
        static final Finding NONE = new Finding(null, 0, null, null, List.of(), List.of());
    }

    private Finding finding(VectorQuestion question, Classified told) {
        float[] vector = question.vector();
        Prediction prediction = question.prediction();
        CompiledPolicy policy = told.received().policy();
        if (vector == null || prediction == null || policy.taskVectors() == null) {
            return Finding.NONE;
        }
        return new Finding(
                prediction.top().get(0).task(),
                prediction.confidence(),
                ConfidenceOrigin.CALIBRATED,
                policy.taskVectors().model().calibration().threshold(),
                prediction.top(),
                vectors.nearest(vector, NEAREST));
    }

    private static AskedStep step(
            Classified classified, Step step, String by, String said, Finding found, AskedStep.@Nullable Call call) {
        RoutingPolicy policy = classified.received().policy().policy();
        Candidate member = Members.of(policy).byName().get(by);
        return new AskedStep(
                step,
                by,
                member == null ? null : member.provider().name(),
                member != null && member.provider().protocol() == Protocol.SIMULATOR,
                said,
                found.task(),
                found.confidence(),
                found.from(),
                policy.classifier().minConfidence(step),
                found.threshold(),
                found.top(),
                found.nearest(),
                call);
    }

    /** The call that came between two stages; null if none did, or it is not booked here. */
    private static @Nullable Attempt attempt(Classified before, Classified after) {
        int calls = after.classifierCalls().size();
        return calls > before.classifierCalls().size() ? after.classifierCalls().get(calls - 1) : null;
    }

    private static AskedStep.Call call(Attempt attempt) {
        return new AskedStep.Call(attempt.durationMillis(), attempt.usage(), attempt.costUsd());
    }

    /** The last that was told, without the step's name before it. */
    private static String said(Classified before, Classified told) {
        List<String> trace = told.classification().trace();
        if (trace.size() <= before.classification().trace().size()) {
            return "what came of the call cannot be used";
        }
        String last = trace.get(trace.size() - 1);
        return last.substring(last.indexOf(' ') + 1);
    }
}
