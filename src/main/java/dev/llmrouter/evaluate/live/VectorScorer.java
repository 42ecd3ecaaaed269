package dev.llmrouter.evaluate.live;

import dev.llmrouter.evaluate.Example;
import dev.llmrouter.evaluate.Scorers;
import dev.llmrouter.policy.Model;

/** An embedding model that says how near an answer is to the expected one. Immutable and safe for use by many threads. */
final class VectorScorer {
    private final Model model;
    private final QuestionWriter writer;

    /** @throws IllegalArgumentException if the model makes no embeddings */
    VectorScorer(Model model, QuestionWriter writer) {
        if (!model.isEmbedding()) {
            throw new IllegalArgumentException("scorer 'embedding:" + model.name()
                    + "': the model makes no embeddings; add 'embeddings' to its capabilities, or name another one");
        }
        this.model = model;
        this.writer = writer;
    }

    /** What the answer has to be near to; empty where nothing is expected. */
    static String expected(Example example) {
        return example.expected() == null
                ? ""
                : Scorers.plain(example.expected()).strip();
    }

    /** Asks for the vector of what is expected. */
    Question ofExpected(Example example) {
        return writer.vector(example.line(), example.id(), "/expected", model, expected(example));
    }

    /** Asks for the vector of an answer that is not blank. */
    Question ofAnswer(Example example, String answer) {
        return writer.vector(example.line(), example.id(), "/answer", model, answer);
    }
}
