package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Blend;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The scorers of a validation that ask a model: judges and embeddings. Immutable. */
public final class AskedScorers {
    private final Map<String, TaskScorers> byTask;
    private final Set<String> models;

    private AskedScorers(Map<String, TaskScorers> byTask, Set<String> models) {
        this.byTask = Map.copyOf(byTask);
        this.models = Set.copyOf(models);
    }

    /**
     * Those of all tasks.
     *
     * @throws IllegalArgumentException if a model is not named, not in the policy, or unfit; the message says what to do
     */
    public static AskedScorers of(Settings settings, RoutingPolicy policy, QuestionWriter writer) {
        Map<String, TaskScorers> all = new LinkedHashMap<>();
        Set<String> models = new LinkedHashSet<>();
        settings.byTask().forEach((task, terms) -> {
            Blend blend = Blend.of(settings.scoring(task).specs());
            Blend.Asked asked = blend.judge();
            Blend.Asked near = blend.embedding();
            Judge judge = asked == null ? null : judge(asked, terms, policy, writer);
            VectorScorer vectors =
                    near == null ? null : new VectorScorer(known("embedding", near.model(), policy), writer);
            if (asked != null) {
                models.add(asked.model());
            }
            if (near != null) {
                models.add(near.model());
            }
            if (blend.asksModels()) {
                all.put(task, new TaskScorers(blend, judge, vectors));
            }
        });
        return new AskedScorers(all, models);
    }

    /** Whether nobody has to be asked. */
    public boolean areNone() {
        return byTask.isEmpty();
    }

    /** The models that are asked. */
    public Set<String> models() {
        return models;
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
                .filter(judged -> Judge.isSame(judge, policy.models().get(judged)))
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

    private static Model known(String what, String name, RoutingPolicy policy) {
        return policy.model(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        what + " '" + name + "' is not in the policy; add it under 'models'"));
    }
}
