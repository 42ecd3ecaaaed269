package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NoiseTest {
    @Test
    void theSameNumbersGiveTheSameCopy() {
        for (Noise noise : Noise.values()) {
            for (String text : List.of("", "x", "Show my balance", "\u4f59\u989d")) {
                assertThat(noise.copy(text, new SplittableRandom(5)))
                        .isEqualTo(noise.copy(text, new SplittableRandom(5)));
            }
        }
    }

    @Test
    void politenessSpeaksTheLanguageOfTheText() {
        assertThat(Noise.AFTER.copy("wie ist mein konto und das limit", new SplittableRandom(1)))
                .containsAnyOf("bitte", "dank", "gr\u00fc\u00dfen", "nett");
    }

    /**
     * Issue 13, D9: on texts that training has not seen, typing errors, politeness, spacing and capitals change at most
     * one answer in twenty, and one in a hundred to another task. Phrases here are others than those of training.
     */
    @Test
    void noiseHardlyChangesTheAnswer() throws Exception {
        LearnedTrainer.Trained trained =
                new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {}).train(Texts.examples(60, 0, 1));
        LearnedModel model = trained.model();
        SplittableRandom random = new SplittableRandom(9);
        int changed = 0;
        int elsewhere = 0;
        List<LabelledExample> unseen = Texts.examples(25, 0, 77);
        List<String> before = List.of("Dear team, ", "Good afternoon. ", "Quick question: ");
        List<String> after = List.of(" Yours, Anna", " Thank you kindly", ", pretty please");
        for (LabelledExample e : unseen) {
            for (String copy : List.of(
                    Noise.TYPING.copy(e.text(), random),
                    Noise.SPACING.copy(e.text(), random),
                    Noise.CAPITALS.copy(e.text(), random),
                    before.get(random.nextInt(3)) + e.text(),
                    e.text() + after.get(random.nextInt(3)))) {
                String plain = model.predict(e.text()).task();
                String noisy = model.predict(copy).task();
                changed += Objects.equals(plain, noisy) ? 0 : 1;
                elsewhere += plain == null || noisy == null || plain.equals(noisy) ? 0 : 1;
            }
        }
        assertThat(changed).isLessThanOrEqualTo(5 * unseen.size() * 5 / 100);
        assertThat(elsewhere).isLessThanOrEqualTo(5 * unseen.size() / 100);
        assertThat(trained.quality().noisy().n()).isEqualTo(3 * 240);
        assertThat(trained.quality().noisy().changedShare()).isLessThanOrEqualTo(0.15);
        assertThat(trained.quality().noisy().elsewhereShare()).isLessThanOrEqualTo(0.01);
    }

    /** The figure is counted: of a few examples, not every noisy copy is recognised. */
    @Test
    void whatNoiseChangesIsCounted() throws Exception {
        Quality quality = new LearnedTrainer(TrainingSettings.ofDefaults(), what -> {})
                .train(Texts.examples(5, 0, 1))
                .quality();
        assertThat(quality.noisy().changedShare()).isBetween(0.02, 0.3);
    }
}
