package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Score;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code score} of a task. */
final class ScoreReader {
    private final Reading reading;
    private final Names names;

    ScoreReader(Reading reading, Names names) {
        this.reading = reading;
        this.names = names;
    }

    @Nullable
    Score read(MappingFields task) {
        MappingFields fields = task.inner("score");
        if (fields == null) {
            return null;
        }
        fields.required("scorers", "Name at least one, as in scorers: [exact].");
        List<String> scorers = fields.texts("scorers");
        Score.Combine combine = fields.choice("combine", Score.Combine.class, Score.Combine.MEAN);
        fields.done();
        List<String> usable = new ArrayList<>();
        for (String scorer : scorers) {
            String wrong = fault(scorer);
            if (wrong == null) {
                usable.add(scorer);
            } else {
                reading.problems().unusable(fields.at("scorers"), fields.path("scorers"), wrong, "Correct its name.");
            }
        }
        return usable.isEmpty() ? null : new Score(usable, combine);
    }

    private @Nullable String fault(String scorer) {
        String name = Score.name(scorer);
        String argument = Score.argument(scorer);
        if (Score.LOCAL.contains(name)) {
            return null;
        }
        String said = "has '" + Quoted.bare(scorer) + "'";
        if (name.equals(Score.EMBEDDING)) {
            return names.models().contains(argument)
                    ? null
                    : said + "; allowed: embedding:MODEL with a model of this policy that makes embeddings";
        }
        if (name.equals(Score.JUDGE)) {
            int colon = argument.indexOf(':');
            String form = colon < 0 ? argument : argument.substring(0, colon);
            String model = colon < 0 ? "" : argument.substring(colon + 1);
            return (form.equals("rubric") || form.equals("pairwise"))
                            && names.models().contains(model)
                    ? null
                    : said + "; allowed: judge:rubric:MODEL and judge:pairwise:MODEL with a model of this policy";
        }
        return said + "; allowed: " + String.join(", ", Score.LOCAL) + ", judge:rubric:MODEL, judge:pairwise:MODEL,"
                + " embedding:MODEL";
    }
}
