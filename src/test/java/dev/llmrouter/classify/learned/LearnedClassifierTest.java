package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.Input;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LearnedClassifierTest {
    private static LearnedModel model;

    @BeforeAll
    static void train() throws ExamplesException {
        model = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                .train(Texts.examples(40, 40, 1))
                .model();
    }

    /** The step looks at the text alone: asking for a characteristic is a fault. */
    private static Input input(String text) {
        Characteristics none = (Characteristics) Proxy.newProxyInstance(
                LearnedClassifierTest.class.getClassLoader(), new Class<?>[] {Characteristics.class}, (p, m, a) -> {
                    throw new AssertionError("asked for " + m.getName());
                });
        return new Input(ChatRequest.ofText(text), none, null, Set.of(), Map.of(), null);
    }

    private static final class Told implements Classifier.Trace {
        final List<String> all = new ArrayList<>();

        @Override
        public boolean isWanted() {
            return true;
        }

        @Override
        public void say(String what) {
            all.add(what);
        }
    }

    @Test
    void namesTheTaskAndSaysWhy() {
        Told told = new Told();
        Classification found = new LearnedClassifier(model, 0.5)
                .classify(input("Summarise the attached report in two sentences"), told)
                .orElseThrow();
        assertThat(found.task()).isEqualTo("summary");
        assertThat(found.source()).isEqualTo(Classification.Source.LEARNED);
        assertThat(told.all).singleElement().asString().contains("summary ", model.id(), "words that count: ");
    }

    @Test
    void isSilentOnWhatIsNoTask() {
        Told told = new Told();
        assertThat(new LearnedClassifier(model, 0).classify(input("nice weather for a horse walk"), told))
                .isEmpty();
        assertThat(told.all)
                .singleElement()
                .asString()
                .matches(
                        ".*; none of the tasks, as the confidence of [0-9.]+ % is below the model's threshold of [0-9.]+ %");
    }

    @Test
    void aThresholdNearOneIsWarnedOf() {
        Quality sure = quality(0.99996);
        assertThat(sure.cautions())
                .singleElement()
                .asString()
                .startsWith("The threshold is 0.99996: ")
                .contains("Add examples of other wordings");
        assertThat(quality(0.999).cautions()).isEmpty();
    }

    private static Quality quality(double threshold) {
        return new Quality(
                List.of("a", "b"),
                new int[][] {{1, 0}, {0, 1}},
                List.of(new Quality.Outcome(0, 0, 1), new Quality.Outcome(1, 1, 1)),
                threshold,
                List.of(),
                new Quality.Noisy(0, 0, 0),
                2,
                2,
                Map.of());
    }

    @Test
    void isSilentBelowTheLeastConfidence() {
        Told told = new Told();
        assertThat(new LearnedClassifier(model, 1)
                        .classify(input("Summarise the attached report in two sentences"), told))
                .isEmpty();
        assertThat(told.all).singleElement().asString().contains("not acted on below 100.0 %");
    }

    @Test
    void isSilentWithoutText() {
        assertThat(new LearnedClassifier(model, 0).classify(input("  "), Classifier.Trace.NONE))
                .isEmpty();
    }

    @Test
    void refusesAConfidenceOutsideOfZeroToOne() {
        assertThatThrownBy(() -> new LearnedClassifier(model, 1.1)).hasMessageContaining("1.1");
    }
}
