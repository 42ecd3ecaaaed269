package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in where nobody said what is none of the tasks. */
class GeneralTextsTest {
    private static final List<String> THINGS = List.of(
            "invoice",
            "router",
            "screen",
            "charger",
            "order",
            "account",
            "keyboard",
            "parcel",
            "contract",
            "printer",
            "modem",
            "refund");

    private static final List<String> PROBLEMS =
            List.of("is broken", "never came", "was charged twice", "does not start");

    private static final List<String> OTHERS = List.of(
            "Which of these two treatments is better for a child with asthma?",
            "Outline the history of the Ottoman navy in the sixteenth century",
            "Give me a bedtime story with a dragon and a baker",
            "How do tides work on a planet with two moons?",
            "Write a haiku about snow on the motorway",
            "Compute the determinant of a triangular matrix",
            "What must I see when I am in Lisbon for one day?",
            "Argue for and against nuclear power",
            "My daughter does not want to go to school any more",
            "Implement quicksort in Haskell",
            "Kannst du mir ein Restaurant in Graz empfehlen?",
            "Summarise the second act of Faust");

    private static LabelledExample example(String task, String text) {
        return new LabelledExample(text, task, text, null, Map.of());
    }

    private static List<LabelledExample> tickets() {
        List<LabelledExample> examples = new ArrayList<>();
        for (String thing : THINGS) {
            for (String problem : PROBLEMS) {
                examples.add(example("triage", "Which queue is this ticket for: my " + thing + " " + problem));
                examples.add(example("reply", "Draft a polite reply to the customer whose " + thing + " " + problem));
            }
        }
        return examples;
    }

    private static long accepted(LearnedModel model) {
        return OTHERS.stream()
                .map(model::predict)
                .filter(said -> said.task() != null && said.confidence() >= 0.8)
                .count();
    }

    /** A classifier of two tasks had learned only what tells these two apart, and was sure of nearly everything. */
    @Test
    void whatIsNoneOfFewTasksIsNotTakenForOne() throws Exception {
        LearnedTrainer.Trained trained = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {}).train(tickets());

        assertThat(accepted(trained.model())).isLessThanOrEqualTo(1);
        assertThat(trained.model()
                        .predict("Which queue is this ticket for: my phone is broken")
                        .task())
                .isEqualTo("triage");
        assertThat(trained.model().tasks()).containsExactly("reply", "triage");
        assertThat(trained.quality().examples()).isEqualTo(96);
        assertThat(trained.quality().outcomes()).hasSize(96);
        assertThat(trained.quality().general().n()).isGreaterThan(150);
        assertThat(trained.quality().general().accepted()).isLessThan(20);
        assertThat(trained.quality().wronglyAccepted()).isNaN();
        assertThat(trained.quality().cautions())
                .anyMatch(caution -> caution.contains("general texts stand in") && caution.contains("task 'none'"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 19, 20, 40})
    void enoughExamplesOfNoneTakeTheirPlace(int n) {
        List<LabelledExample> examples = tickets();
        for (int i = 0; i < n; i++) {
            examples.add(example(i % 2 == 0 ? "none" : "oos", "Something else, number " + i));
        }

        List<LabelledExample> general = GeneralTexts.forWhom(examples, TrainingSettings.ofDefaults());

        assertThat(general.isEmpty()).isEqualTo(n >= 20);
        assertThat(general).allMatch(each -> "none".equals(each.task()));
    }

    /** A task of translating must not learn that a text to translate is none of it. */
    @Test
    void whatMayBeOfATaskIsLeftOut() {
        List<LabelledExample> examples = new ArrayList<>(tickets());
        List<LabelledExample> without = GeneralTexts.forWhom(examples, TrainingSettings.ofDefaults());
        for (int i = 0; i < 30; i++) {
            examples.add(example("translation", "Translate into Spanish: number " + i));
        }
        List<LabelledExample> with = GeneralTexts.forWhom(examples, TrainingSettings.ofDefaults());

        assertThat(without).anyMatch(each -> each.text().contains("Translate"));
        assertThat(with).noneMatch(each -> each.text().contains("Translate"));
        assertThat(with).hasSizeBetween(without.size() - 10, without.size() - 1);
    }
}
