package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Tasks are clouds of directions; what lies in no cloud is none of them. */
class VectorTrainerTest {
    private static final int LENGTH = 64;
    private static final double KEEP = 0.95;

    private final SplittableRandom random = new SplittableRandom(7);

    private float[] direction() {
        float[] direction = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            direction[i] = (float) random.nextGaussian();
        }
        return VectorModel.unit(direction);
    }

    /** A vector near another, of any length. */
    private float[] near(float[] centre, double noise) {
        float[] vector = centre.clone();
        double length = 0.5 + random.nextDouble();
        for (int i = 0; i < LENGTH; i++) {
            vector[i] = (float) (length * (vector[i] + noise * random.nextGaussian() / Math.sqrt(LENGTH)));
        }
        return vector;
    }

    /** One that is like no other. */
    private VectorTrainer.Example example(String task, float[] vector) {
        return example(task, vector, Long.toString(random.nextLong(), 36));
    }

    private static VectorTrainer.Example example(String task, float[] vector, String text) {
        return new VectorTrainer.Example(new LabelledExample("", task, text, null, Map.of()), vector);
    }

    private List<VectorTrainer.Example> examples(List<float[]> centres, int each, double noise) {
        List<VectorTrainer.Example> examples = new ArrayList<>();
        for (int i = 0; i < centres.size(); i++) {
            for (int n = 0; n < each; n++) {
                examples.add(example("task-" + i, near(centres.get(i), noise)));
            }
        }
        return examples;
    }

    @Test
    void namesTheTaskOfNearVectorsAndRejectsThoseOfNoTask() {
        List<float[]> centres = List.of(direction(), direction(), direction(), direction());
        VectorModel model = VectorTrainer.train(examples(centres, 25, 0.8), Set.of("none"), KEEP);

        int right = 0;
        int rejected = 0;
        double confidence = 0;
        for (int n = 0; n < 200; n++) {
            Prediction found = model.predict(near(centres.get(n % 4), 0.8));
            right += ("task-" + n % 4).equals(found.task()) ? 1 : 0;
            confidence += found.confidence();
            rejected += model.predict(direction()).task() == null ? 1 : 0;
        }
        assertThat(right).isGreaterThan(180);
        assertThat(confidence / 200).isBetween(0.85, 1.0);
        assertThat(rejected).isGreaterThan(180);
    }

    @Test
    void theTaskNamedFirstIsTheLikeliestAlsoWhereNoneFits() {
        List<float[]> centres = List.of(direction(), direction(), direction(), direction());
        VectorModel model = VectorTrainer.train(examples(centres, 25, 0.8), Set.of("none"), KEEP);

        for (int n = 0; n < 50; n++) {
            List<Prediction.Ranked> top = model.predict(direction()).top();
            assertThat(top).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
            assertThat(top.stream().mapToDouble(Prediction.Ranked::probability).sum())
                    .isLessThanOrEqualTo(1.000001);
        }
    }

    @Test
    void isLessSureWhereTasksOverlap() {
        List<float[]> centres = new ArrayList<>();
        float[] common = direction();
        for (int i = 0; i < 3; i++) {
            centres.add(near(common, 0.5));
        }
        VectorModel model = VectorTrainer.train(examples(centres, 60, 2), Set.of(), KEEP);

        double confidence = 0;
        int right = 0;
        for (int n = 0; n < 300; n++) {
            Prediction found = model.predict(near(centres.get(n % 3), 2));
            right += ("task-" + n % 3).equals(found.top().get(0).task()) ? 1 : 0;
            confidence += found.confidence();
        }
        // the confidence is that of a world where every fifth input is none of the tasks
        assertThat(confidence / 300).isBetween(right / 300.0 - 0.3, right / 300.0 + 0.1);
    }

    @Test
    void learnsWhatIsNoneFromExamplesOfIt() {
        List<float[]> centres = List.of(direction(), direction());
        float[] other = direction();
        List<VectorTrainer.Example> examples = examples(centres, 20, 0.5);
        for (int n = 0; n < 20; n++) {
            examples.add(example("none", near(other, 0.5)));
        }
        VectorModel model = VectorTrainer.train(examples, Set.of("none"), KEEP);

        assertThat(model.tasks()).containsExactly("task-0", "task-1");
        assertThat(model.predict(near(other, 0.5)).task()).isNull();
        assertThat(model.predict(near(centres.get(1), 0.3)).task()).isEqualTo("task-1");
    }

    @Test
    void sameExamplesGiveTheSameModel() {
        List<VectorTrainer.Example> examples = examples(List.of(direction(), direction()), 90, 1);
        float[] asked = direction();

        assertThat(VectorTrainer.train(examples, Set.of(), KEEP).predict(asked).confidence())
                .isEqualTo(VectorTrainer.train(examples, Set.of(), KEEP)
                        .predict(asked)
                        .confidence());
    }

    @Test
    void saysWhatItCannotLearnFrom() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorTrainer.train(examples(List.of(direction()), 5, 1), Set.of(), KEEP))
                .withMessageContaining("1 task(s)");
        List<VectorTrainer.Example> mixed = examples(List.of(direction(), direction()), 5, 1);
        mixed.add(example("task-0", new float[] {1, 2}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorTrainer.train(mixed, Set.of(), KEEP))
                .withMessageContaining("different lengths");
        VectorModel model = VectorTrainer.train(examples(List.of(direction(), direction()), 5, 1), Set.of(), KEEP);
        assertThatIllegalArgumentException().isThrownBy(() -> model.predict(new float[] {1}));
        assertThatIllegalArgumentException().isThrownBy(() -> model.predict(new float[LENGTH]));
    }

    /** Twenty texts a task, each five times with another number, of tasks that vectors hardly tell apart: each was measured on its own copies. */
    @Test
    void copiesOfAnExampleAreNotWhatItIsMeasuredOn() {
        int sure = 0;
        int wrong = 0;
        for (int run = 0; run < 5; run++) {
            float[] common = direction();
            List<float[]> middles = List.of(direction(), direction(), direction(), direction());
            List<VectorTrainer.Example> examples = new ArrayList<>();
            for (int task = 0; task < 4; task++) {
                for (int i = 0; i < 20; i++) {
                    float[] own = direction();
                    String text = Long.toString(random.nextLong(), 36).replaceAll("[0-9-]", "x");
                    for (int copy = 0; copy < 5; copy++) {
                        float[] vector = weak(common, middles.get(task), own);
                        examples.add(example("task-" + task, vector, "please sort " + text + " number " + copy));
                    }
                }
            }
            VectorModel model = VectorTrainer.train(examples, Set.of(), KEEP);
            for (int i = 0; i < 400; i++) {
                Prediction found = model.predict(weak(common, middles.get(i % 4), direction()));
                boolean isSure = found.confidence() >= 0.8;
                sure += isSure ? 1 : 0;
                wrong += isSure && !("task-" + i % 4).equals(found.top().get(0).task()) ? 1 : 0;
            }
        }
        assertThat(wrong).as("of %d that it is sure of", sure).isLessThanOrEqualTo(20);
    }

    private float[] weak(float[] common, float[] middle, float[] own) {
        float[] noise = direction();
        float[] vector = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            vector[i] = 1.5f * common[i] + 0.1f * middle[i] + own[i] + 0.15f * noise[i];
        }
        return vector;
    }
}
