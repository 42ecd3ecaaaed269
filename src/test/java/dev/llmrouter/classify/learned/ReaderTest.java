package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReaderTest {
    private static final int WORDS = 3_000;

    private static String text(SplittableRandom random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            // a few words often, most seldom, as in language
            int word = random.nextInt(1 + random.nextInt(WORDS));
            text.append(Integer.toString(word * 7_919, 36)).append(random.nextInt(9) == 0 ? "? " : " ");
        }
        return text.toString();
    }

    private static void comparesEveryBit(int classes, int room) {
        SplittableRandom random = new SplittableRandom(classes);
        Scratch scratch = new Scratch();
        Bag[] bags = new Bag[120];
        int[][] features = new int[bags.length][];
        int[] all = new int[bags.length];
        for (int i = 0; i < bags.length; i++) {
            bags[i] = Bag.of(text(random, 60), scratch);
            features[i] = bags[i].features();
            all[i] = i;
        }
        Vocabulary vocabulary = Vocabulary.of(features, all, 1);
        float[] learned = new float[vocabulary.size() * classes];
        float[] bias = new float[classes];
        for (int i = 0; i < learned.length; i++) {
            learned[i] = (float) Math.pow(random.nextDouble() * 2 - 1, 3);
        }
        for (int k = 0; k < classes; k++) {
            bias[k] = (float) random.nextDouble();
        }
        SparseWeights weights = SparseWeights.of(new Softmax(classes, learned, bias), vocabulary.size());
        ModelCaches caches = new ModelCaches(new ChunkCache(classes), new DenseRows(vocabulary, weights, room));
        Reader reader = new Reader(vocabulary, weights, Weighted.VIEW_LENGTH, caches, Spelling.NONE);
        PlainReader plain = new PlainReader(vocabulary, weights, Weighted.VIEW_LENGTH, Spelling.NONE);
        List<String> texts = new ArrayList<>(List.of("", "?", "one", "ONE one one One"));
        for (int words : new int[] {1, 2, 3, 5, 20, 100, 200, 1_500}) {
            texts.add(text(random, words));
        }
        texts.addAll(List.copyOf(texts)); // from the caches, too
        for (String text : texts) {
            float[] scores = new float[classes];
            float[] expected = new float[classes];
            reader.score(text, scores);
            plain.score(text, expected);
            for (int k = 0; k < classes; k++) {
                assertThat(Float.floatToRawIntBits(scores[k])).isEqualTo(Float.floatToRawIntBits(expected[k]));
                assertThat(Double.doubleToRawLongBits(reader.covered(k)))
                        .isEqualTo(Double.doubleToRawLongBits(plain.covered(k)));
            }
        }
    }

    @Test
    void givesEveryBitThatAddingOneRowAfterTheOtherGives() {
        for (int classes : new int[] {2, 3, 8, 31, 77}) {
            comparesEveryBit(classes, 1 << 22);
        }
    }

    @Test
    void givesTheSameWhereFewRowsFitIntoTheRoomForFullOnes() {
        comparesEveryBit(8, 600);
    }
}
