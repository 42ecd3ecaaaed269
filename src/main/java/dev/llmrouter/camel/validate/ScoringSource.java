package dev.llmrouter.camel.validate;

import dev.llmrouter.evaluate.BadLine;
import dev.llmrouter.evaluate.ExampleReader;
import dev.llmrouter.evaluate.live.JudgedAnswers;
import dev.llmrouter.evaluate.live.Question;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The questions to judges and embeddings, for each example that has some. */
final class ScoringSource implements PlacedIterator.Source<List<Question>> {
    private final ExampleReader examples;
    private final JudgedAnswers judged;
    private final Consumer<BadLine> bad;

    ScoringSource(Path data, JudgedAnswers judged, Consumer<BadLine> bad) throws IOException {
        this.examples = new ExampleReader(data, line -> {});
        this.judged = judged;
        this.bad = bad;
    }

    @Override
    public @Nullable List<Question> next() {
        while (examples.hasNext()) {
            List<Question> all = List.copyOf(judged.questions(examples.next(), null, bad));
            if (!all.isEmpty()) {
                return all;
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        examples.close();
    }
}
