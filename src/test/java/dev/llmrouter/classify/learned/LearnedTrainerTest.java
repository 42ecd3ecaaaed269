package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.report.QualityPage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LearnedTrainerTest {
    private static LearnedTrainer.Trained train(List<LabelledExample> examples, long seed) throws ExamplesException {
        return new LearnedTrainer(TrainingSettings.ofDefaults().withSeed(seed), what -> {}).train(examples);
    }

    private static byte[] bytes(LearnedModel model) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ModelFile.write(model, out);
        return out.toByteArray();
    }

    @Test
    void namesTheTaskOfTextsItHasNotSeen() throws Exception {
        LearnedModel model = train(Texts.examples(30, 20, 1), 1).model();
        assertThat(model.tasks()).containsExactly("classification", "extraction", "generation", "summary");
        assertThat(model.predict("Summarise the endless protocol in two sentences")
                        .top()
                        .get(0)
                        .task())
                .isEqualTo("summary");
        assertThat(model.predict("Extract the date and the amount from the bill")
                        .task())
                .isEqualTo("extraction");
    }

    /** Words of four tasks, most of each text from words that all share. */
    private static String text(int task, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            int of = random.nextDouble() < 0.22 ? task : 9;
            text.append("word")
                    .append((char) ('a' + of))
                    .append(random.nextInt(40))
                    .append(' ');
        }
        return text.toString();
    }

    /** 160 examples of one task and 20 of the others say nothing of how often each is asked for. */
    @Test
    void numbersOfExamplesAreNoSharesOfRequests() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<LabelledExample> examples = new ArrayList<>();
        for (int task = 0; task < 4; task++) {
            for (int i = 0; i < (task == 0 ? 160 : 20); i++) {
                examples.add(
                        new LabelledExample("e" + examples.size(), "t" + task, text(task, random), null, Map.of()));
            }
        }
        LearnedModel model = train(examples, 1).model();
        int n = 1_200;
        int toLargest = 0;
        int surelyWrong = 0;
        for (int i = 0; i < n; i++) {
            Prediction said = model.predict(text(1 + i % 3, random));
            toLargest += "t0".equals(said.top().get(0).task()) ? 1 : 0;
            surelyWrong += "t0".equals(said.top().get(0).task()) && said.confidence() >= 0.8 ? 1 : 0;
        }
        assertThat(toLargest).isLessThan(n / 6);
        assertThat(surelyWrong).isLessThan(n / 24);
    }

    /** With 20 examples of none it was .9999998, so that texts which were said otherwise were of no task. */
    @Test
    void whatIsSurerThanAnyExampleOfNoneIsNotRejected() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        String[] templates = {
            "Where is my order of the %s number %d?",
            "Sum up in a line: the %s of room %d was repaired and nobody knows why",
            "Write an answer to the customer whose %s number %d is broken",
            "Which fields are in this: %s, count %d, to be delivered"
        };
        String[] nouns = {"lamp", "sofa", "router", "kettle", "bike", "tent", "mirror", "clock", "drill", "carpet"};
        String[] others = {"Tell a joke about %ss", "How far is the moon from my %s?", "Write Java code for a %s"};
        List<LabelledExample> examples = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            boolean isNone = i % 8 == 7;
            String template = isNone ? others[i % others.length] : templates[i % 4];
            String text = String.format(template, nouns[random.nextInt(nouns.length)], 10 + random.nextInt(90));
            examples.add(new LabelledExample("e" + i, isNone ? "none" : "t" + i % 4, text, null, Map.of()));
        }
        assertThat(train(examples, 1).model().calibration().threshold()).isLessThanOrEqualTo(0.95);
    }

    @Test
    void rejectsWhatIsNoneOfTheTasks() throws Exception {
        LearnedModel model = train(Texts.examples(40, 40, 1), 1).model();
        List<LabelledExample> unseen = Texts.examples(0, 60, 99);
        long accepted = unseen.stream()
                .filter(e -> model.predict(e.text()).task() != null)
                .count();
        assertThat(accepted).isLessThanOrEqualTo(6);
        assertThat(model.tasks()).doesNotContain("oos");
    }

    @Test
    void givesTheSameBytesForTheSameSeedAndOthersForAnother() throws Exception {
        List<LabelledExample> examples = Texts.examples(20, 10, 3);
        byte[] first = bytes(train(examples, 7).model());
        assertThat(bytes(train(examples, 7).model())).isEqualTo(first);
        assertThat(bytes(train(examples, 8).model())).isNotEqualTo(first);
    }

    @Test
    void severalThreadsLearnTheSame() throws Exception {
        List<LabelledExample> examples = Texts.examples(20, 10, 3);
        LearnedTrainer.Trained one = train(examples, 7);
        List<String> said = new ArrayList<>();
        LearnedTrainer.Trained three =
                new LearnedTrainer(TrainingSettings.ofDefaults().withSeed(7), said::add, 3).train(examples);
        assertThat(bytes(three.model())).isEqualTo(bytes(one.model()));
        assertThat(three.quality()).usingRecursiveComparison().isEqualTo(one.quality());
        assertThat(said)
                .contains("fold 4 of 4", "learning curve at 25 %", "without some tasks, 2 of 2", "all examples");
    }

    @Test
    void readsBackWhatItWrote() throws Exception {
        LearnedModel model = train(Texts.examples(20, 10, 3), 7).model();
        byte[] written = bytes(model);
        LearnedModel read = ModelFile.read(new ByteArrayInputStream(written), "test");
        for (LabelledExample e : Texts.examples(5, 5, 11)) {
            assertThat(read.predict(e.text())).isEqualTo(model.predict(e.text()));
        }
        assertThat(bytes(read)).isEqualTo(written);
        assertThat(read.id()).isEqualTo(model.id()).hasSize(16);
    }

    @Test
    void confidenceIsAProbabilityAndTopTasksFall() throws Exception {
        LearnedModel model = train(Texts.examples(20, 10, 3), 7).model();
        for (LabelledExample e : Texts.examples(10, 10, 12)) {
            Prediction p = model.predict(e.text());
            assertThat(p.confidence()).isBetween(0.0, 1.0);
            assertThat(p.top().get(0).probability()).isEqualTo(p.confidence());
            double sum =
                    p.top().stream().mapToDouble(Prediction.Ranked::probability).sum();
            assertThat(sum).isLessThanOrEqualTo(1 + 1e-6);
            for (int i = 1; i < p.top().size(); i++) {
                assertThat(p.top().get(i).probability())
                        .isLessThanOrEqualTo(p.top().get(i - 1).probability() + 1e-6);
            }
        }
    }

    @Test
    void wordsThatCountAreThoseOfTheTask() throws Exception {
        LearnedModel model = train(Texts.examples(40, 0, 1), 1).model();
        assertThat(model.words("Summarise the new contract in two sentences", 3))
                .extracting(TextModel.Word::text)
                .containsAnyOf("summarise", "sentences", "two");
    }

    @Test
    void measuresQualityOnEveryExampleOnce() throws Exception {
        List<LabelledExample> examples = Texts.examples(25, 12, 5);
        Quality q = train(examples, 1).quality();
        assertThat(q.outcomes()).hasSize(112);
        assertThat(q.accuracy()).isGreaterThan(0.9);
        assertThat(q.coverage(q.threshold())).isGreaterThanOrEqualTo(0.95);
        assertThat(q.learning()).hasSize(3);
        assertThat(q.support(0)).isEqualTo(25);
    }

    @Test
    void asksForASecondTask() {
        List<LabelledExample> one = Texts.examples(5, 0, 1).subList(0, 5);
        assertThatThrownBy(() -> train(one, 1))
                .isInstanceOf(ExamplesException.class)
                .hasMessageContaining("1 task(s)");
    }

    @Test
    void asksForASecondExampleOfATask() {
        List<LabelledExample> examples = new ArrayList<>(Texts.examples(5, 0, 1));
        examples.add(new LabelledExample("x", "lonely", "alone", null, Map.of()));
        assertThatThrownBy(() -> train(examples, 1)).hasMessageContaining("'lonely' has 1 example");
    }

    @Test
    void namesTheExampleWithoutATask() {
        List<LabelledExample> examples = new ArrayList<>(Texts.examples(5, 0, 1));
        examples.add(new LabelledExample("x42", null, "secret text", null, Map.of()));
        assertThatThrownBy(() -> train(examples, 1))
                .hasMessageContaining("'x42' has no 'task'")
                .hasMessageNotContaining("secret");
    }

    @Test
    void learnsFromTwoExamplesPerTask() throws Exception {
        LearnedModel model = train(Texts.examples(2, 0, 1), 1).model();
        assertThat(model.predict("").confidence()).isBetween(0.0, 1.0);
    }

    @Test
    void pageLoadsNothingAndEscapesTaskNames() throws Exception {
        List<LabelledExample> examples = new ArrayList<>(Texts.examples(5, 3, 1));
        for (int i = 0; i < 4; i++) {
            examples.add(new LabelledExample("x" + i, "<script>alert(1)</script>", "boom number " + i, null, Map.of()));
        }
        String page = QualityPage.of("id", train(examples, 1).quality());
        assertThat(page)
                .doesNotContain("<script", "http://", "https://", "boom", "src=")
                .contains("&lt;script&gt;", "<svg", "Learning curve");
    }

    /** More than an int counts: the sum became negative, or too small for what was copied. */
    @Test
    void moreFeaturesThanCanBeCountedAreSaid() {
        int[][] texts = {new int[1 << 20]};
        assertThatThrownBy(() -> Vocabulary.of(texts, new int[2_100], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the examples have 2,202,009,600 features; allowed up to 2,147,483,639. Train on fewer or shorter examples.");
    }
}
