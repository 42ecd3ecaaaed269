package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.llmrouter.chat.AskedOnce;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.evaluate.Conversation;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Scorer;
import dev.llmrouter.evaluate.ScorerSpec;
import dev.llmrouter.evaluate.live.Judge;
import dev.llmrouter.evaluate.live.QuestionWriter;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.route.Dispatched;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks of one output that ask somebody, one after the other; those of one kind side by side. */
final class CrossCheckRun {
    private static final Logger LOG = LoggerFactory.getLogger(CrossCheckRun.class);

    private final LlmRouterContext context;
    private final CamelContext camel;
    private final Cancellation caller;
    private final Dispatched dispatched;
    private final CrossCheck asked;
    private final String output;
    private final List<Attempt> calls = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param caller who is gone needs no check
     * @param output the text that is to be confirmed
     */
    CrossCheckRun(
            LlmRouterContext context,
            CamelContext camel,
            Cancellation caller,
            Dispatched dispatched,
            CrossCheck asked,
            String output) {
        this.context = context;
        this.caller = caller;
        this.camel = camel;
        this.dispatched = dispatched;
        this.asked = asked;
        this.output = output;
    }

    private static final String EMPTY = "the output is empty, which nobody can confirm";

    /** What came of it. @param fault why the output is not confirmed; null if it is */
    record Opinion(@Nullable String fault, List<Attempt> calls) {}

    /** @param told is told what came of it, once, on any thread */
    void run(Consumer<Opinion> told) {
        CompletableFuture<String> checks = bean();
        checks = then(checks, this::samples);
        checks = then(checks, this::second);
        checks = then(checks, this::judge);
        CompletableFuture<?> unused = checks.whenComplete((fault, failure) -> {
            String found = fault;
            if (failure != null) {
                LOG.warn(
                        "An output of task '{}' could not be checked",
                        dispatched.classification().task(),
                        failure);
                found = "its check failed in this process";
            }
            told.accept(new Opinion(found == null || found.isEmpty() ? null : found, List.copyOf(calls)));
        });
    }

    /** Faults are texts; the empty text is none. */
    private static CompletableFuture<String> then(
            CompletableFuture<String> before, Supplier<CompletableFuture<String>> next) {
        return before.thenCompose(fault -> fault.isEmpty() ? next.get() : CompletableFuture.completedFuture(fault));
    }

    private CompletableFuture<String> bean() {
        return asked.bean() == null
                ? CompletableFuture.completedFuture("")
                : BeanVerifier.fault(
                        camel, context, asked.bean(), dispatched.described().request(), output, asked.timeout());
    }

    private CompletableFuture<String> samples() {
        CrossCheck.Samples samples = asked.samples();
        Candidate answered = dispatched.answeredBy();
        if (samples == null || answered == null) {
            return CompletableFuture.completedFuture("");
        }
        String once = AskedOnce.because(dispatched.described().request());
        if (once != null) {
            return CompletableFuture.completedFuture(cannotAskAgain(once));
        }
        if (output.isBlank()) {
            return CompletableFuture.completedFuture(EMPTY);
        }
        List<CompletableFuture<SideCall.Answer>> others = new ArrayList<>();
        for (int i = 1; i < samples.count(); i++) {
            others.add(ask(member(answered.model().name()), request()));
        }
        return CompletableFuture.allOf(others.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> {
                    double sum = 0;
                    int silent = 0;
                    for (CompletableFuture<SideCall.Answer> other : others) {
                        String text = other.join().text();
                        text = text == null || text.isBlank() ? null : text;
                        silent += text == null ? 1 : 0;
                        sum += text == null ? 0 : score(samples.comparison(), text);
                    }
                    double mean = sum / others.size();
                    return mean >= samples.least()
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "its model says otherwise when asked again: agreement %.2f of %d answers, %.2f is needed%s",
                                    mean,
                                    others.size(),
                                    samples.least(),
                                    silent == 0 ? "" : "; " + silent + " did not come");
                });
    }

    private CompletableFuture<String> second() {
        CrossCheck.Second second = asked.second();
        if (second == null) {
            return CompletableFuture.completedFuture("");
        }
        String once = AskedOnce.because(dispatched.described().request());
        if (once != null) {
            return CompletableFuture.completedFuture(cannotAskAgain(once));
        }
        if (output.isBlank()) {
            return CompletableFuture.completedFuture(EMPTY);
        }
        return ask(member(second.model()), request()).thenApply(other -> {
            if (other.text() == null || other.text().isBlank()) {
                return "model '" + second.model() + "' did not confirm it: no answer";
            }
            double score = score(second.comparison(), other.text());
            return score >= second.least()
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "model '%s' says otherwise: agreement %.2f, %.2f is needed",
                            second.model(),
                            score,
                            second.least());
        });
    }

    private CompletableFuture<String> judge() {
        CrossCheck.Grade grade = asked.judge();
        if (grade == null) {
            return CompletableFuture.completedFuture("");
        }
        Candidate judging = member(grade.model());
        Judge judge = Judge.rubric(
                judging.model(),
                new QuestionWriter(
                        dispatched.received().policy().policy(),
                        dispatched.received().policy().simulated(),
                        context.dialects()));
        Conversation conversation = Conversation.of(dispatched.described().request());
        if (!conversation.unseen().isEmpty()) {
            return CompletableFuture.completedFuture(
                    "judge '" + grade.model() + "' is not shown what is no text: " + conversation.missing());
        }
        Example example = Example.of(
                dispatched.received().id(),
                String.valueOf(dispatched.classification().task()),
                conversation);
        ChatRequest question;
        try {
            question = judge.grade(example, output).request();
        } catch (BadRequestException e) {
            throw new IllegalStateException("a question of the judge is no usable request", e);
        }
        return ask(judging, question).thenApply(said -> {
            OptionalDouble score = said.text() == null ? OptionalDouble.empty() : Judge.gradeOf(said.text());
            if (score.isEmpty()) {
                return "judge '" + grade.model() + "' gave no grade";
            }
            return score.getAsDouble() >= grade.least()
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            "judge '%s' graded it %.2f, %.2f is needed",
                            grade.model(),
                            score.getAsDouble(),
                            grade.least());
        });
    }

    private static String cannotAskAgain(String field) {
        return "nobody can be asked again, as '" + field + "' is the provider's, and would change";
    }

    private ChatRequest request() {
        ChatRequest request = dispatched.decided().toProvider().unstored();
        return request.stream() ? request.withoutStream() : request;
    }

    private CompletableFuture<SideCall.Answer> ask(Candidate candidate, ChatRequest request) {
        return SideCall.ask(
                        context,
                        candidate,
                        request,
                        asked.timeout(),
                        caller,
                        dispatched.received().startNanos())
                .thenApply(answer -> {
                    if (answer.attempt() != null) {
                        calls.add(answer.attempt());
                    }
                    return answer;
                });
    }

    /** In the direction in which they agree less: fields that only one of them has are missing in the other. */
    private double score(CrossCheck.Comparison comparison, String other) {
        String name = comparison.name().toLowerCase(Locale.ROOT).replace('_', '-');
        Scorer scorer = ScorerSpec.parse(List.of(name));
        return Math.min(scorer.score(TextNode.valueOf(output), other), scorer.score(TextNode.valueOf(other), output));
    }

    private Candidate member(String name) {
        return dispatched.received().policy().decider().members().stream()
                .filter(member -> member.model().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("model '" + name + "' is not in the policy"));
    }
}
