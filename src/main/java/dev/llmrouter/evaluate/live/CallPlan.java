package dev.llmrouter.evaluate.live;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.classify.learned.DataLines;
import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.DataSetReader;
import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Which calls a data set needs: for each line, the models of its task without a recorded answer. Immutable. */
public final class CallPlan {
    private final Path data;
    private final Settings settings;
    private final QuestionWriter writer;
    private final CallSettings calls;

    public CallPlan(Path data, Settings settings, QuestionWriter writer, CallSettings calls) {
        this.data = data;
        this.settings = settings;
        this.writer = writer;
        this.calls = calls;
    }

    /**
     * Reads the data set and hands every question on, line by line; memory does not grow with the file.
     *
     * @param bad is told every line that cannot be used or asked
     * @return SHA-256 of the data set
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if a model that is needed is not in the policy
     */
    public String read(Consumer<Question> questions, Consumer<BadLine> bad) throws IOException {
        return DataLines.read(data, new DataLines.Sink() {
            @Override
            public void line(int number, JsonNode object, String text) {
                questions(number, object, text, bad).forEach(questions);
            }

            @Override
            public void fault(int number, String fault) {
                bad.accept(new BadLine(number, fault));
            }
        });
    }

    /**
     * The questions of one line, that to the baseline first.
     *
     * @param text of its input, as {@link DataLines} tells it
     * @param bad is told why the line cannot be used or asked
     * @return empty if everything is recorded, or the line cannot be used
     */
    public List<Question> questions(int number, JsonNode object, String text, Consumer<BadLine> bad) {
        Example example = DataSetReader.example(number, object, text, bad);
        if (example == null) {
            return List.of();
        }
        List<Question> all = new ArrayList<>();
        try {
            JsonNode input = object.path("input");
            for (String model : needed(example)) {
                Question question = writer.question(
                        example.line(),
                        example.id(),
                        "",
                        model,
                        QuestionWriter.body(input, calls.system(), calls.maxOutput()),
                        !QuestionWriter.statesLimit(input));
                all.add(isBaseline(example, model) ? question : question.ofCandidate());
            }
        } catch (BadRequestException e) {
            bad.accept(new BadLine(
                    example.line(),
                    "has an 'input' that no model can be asked: " + e.error().message()));
            return List.of();
        }
        return all;
    }

    private boolean isBaseline(Example example, String model) {
        return settings.terms(example.task())
                .filter(terms -> terms.baseline().equals(model))
                .isPresent();
    }

    /** Models of an example's task without a recorded text or score, the baseline first. */
    private Set<String> needed(Example example) {
        Set<String> models = new LinkedHashSet<>();
        settings.terms(example.task()).ifPresent(terms -> {
            models.add(terms.baseline());
            models.addAll(terms.candidates());
        });
        models.removeIf(model -> {
            Example.Output output = example.outputs().get(model);
            return output != null && (output.text() != null || output.score() != null);
        });
        return models;
    }
}
