package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Blend;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The scorers of a validation that ask a model: judges and embeddings. Immutable. */
public final class AskedScorers {
    private final Map<String, TaskScorers> byTask;

    private AskedScorers(Map<String, TaskScorers> byTask) {
        this.byTask = Map.copyOf(byTask);
    }

    /**
     * Those of all tasks.
     *
     * @throws IllegalArgumentException if a model is not named, not in the policy, or unfit; the message says what to do
     */
    public static AskedScorers of(Settings settings, RoutingPolicy policy, QuestionWriter writer) {
        Map<String, TaskScorers> all = new LinkedHashMap<>();
        settings.byTask().forEach((task, terms) -> {
            Blend blend = Blend.of(settings.scoring(task).specs());
            Blend.Asked asked = blend.judge();
            Blend.Asked near = blend.embedding();
            Judge judge = asked == null ? null : judge(asked, terms, policy, writer);
            VectorScorer vectors =
                    near == null ? null : new VectorScorer(known("embedding", near.model(), policy), writer);
            if (blend.asksModels()) {
                all.put(task, new TaskScorers(blend, judge, vectors));
            }
        });
        return new AskedScorers(all);
    }

    /** Whether nobody has to be asked. */
    public boolean areNone() {
        return byTask.isEmpty();
    }

    @Nullable
    TaskScorers of(String task) {
        return byTask.get(task);
    }

    private static Judge judge(Blend.Asked asked, Terms terms, RoutingPolicy policy, QuestionWriter writer) {
        if (asked.model().isEmpty()) {
            throw new IllegalArgumentException("--scorer " + asked.form() + " needs --judge MODEL");
        }
        Model judge = known("judge", asked.model(), policy);
        Stream.concat(Stream.of(terms.baseline()), terms.candidates().stream())
                .filter(judged -> isSame(policy, judge, policy.models().get(judged)))
                .findFirst()
                .ifPresent(judged -> {
                    throw new IllegalArgumentException("judge '" + judge.name() + "' would judge itself: it is "
                            + (judged.equals(judge.name())
                                    ? "one of the models compared"
                                    : "the same model as '" + judged + "'")
                            + "; name another one");
                });
        return Judge.of(asked.form(), judge, writer);
    }

    private static boolean isSame(RoutingPolicy policy, Model judge, @Nullable Model judged) {
        return judged != null && policy.isSame(judge, judged);
    }

    private static Model known(String what, String name, RoutingPolicy policy) {
        return policy.model(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        what + " '" + name + "' is not in the policy; add it under 'models'"));
    }
}
