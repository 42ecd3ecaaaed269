package dev.llmrouter.camel.validate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.classify.learned.DataLineReader;
import dev.llmrouter.classify.learned.DataLines;
import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.Settings;
import dev.llmrouter.evaluate.Terms;
import dev.llmrouter.evaluate.live.CallPlan;
import dev.llmrouter.evaluate.live.Question;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The questions to the models that are compared, for each example that lacks an answer. */
final class QuestionSource implements PlacedIterator.Source<ExampleQuestions> {
    private final DataLineReader lines;
    private final CallPlan plan;
    private final Settings settings;
    private final Sink sink = new Sink();
    private final Consumer<BadLine> bad;
    private @Nullable ExampleQuestions found;

    QuestionSource(Path data, CallPlan plan, Settings settings, Consumer<BadLine> bad) throws IOException {
        this.lines = new DataLineReader(data);
        this.plan = plan;
        this.settings = settings;
        this.bad = bad;
    }

    @Override
    public @Nullable ExampleQuestions next() throws IOException {
        found = null;
        boolean more = true;
        while (found == null && more) {
            more = lines.next(sink);
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private final class Sink implements DataLines.Sink {
        @Override
        public void line(int number, JsonNode object, String text) {
            List<Question> all = plan.questions(number, object, text, bad);
            if (!all.isEmpty()) {
                String baseline = settings.terms(object.path("task").asText())
                        .map(Terms::baseline)
                        .orElse("");
                found = new ExampleQuestions(
                        all.stream().filter(q -> q.model().equals(baseline)).toList(),
                        all.stream().filter(q -> !q.model().equals(baseline)).toList());
            }
        }

        @Override
        public void fault(int number, String fault) {
            bad.accept(new BadLine(number, fault));
        }
    }
}
