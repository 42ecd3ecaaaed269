package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What single words add to a model's scores, by adding up a word, its pair with the word before, and its place. Character
 * n-grams, shape and single letters are left out: they say nothing to a person.
 */
final class Contributions implements TextFeatures.Sink {
    private final Map<Integer, Double> byFeature = new HashMap<>();
    private final TreeMap<String, Double> byWord = new TreeMap<>();
    private String word = "";

    private Contributions() {}

    /** What a model has learned, and how it reads. @param lengths of each view's vector */
    record Knowledge(Vocabulary vocabulary, SparseWeights weights, float[] lengths, Spelling spelling) {}

    /**
     * The words that count most, the strongest first.
     *
     * @param direction what a point of each class's score is worth
     * @param extras features besides those of the text
     */
    static List<TextModel.Word> of(CharSequence text, int[] extras, Knowledge model, double[] direction, int most) {
        Contributions sink = new Contributions();
        sink.weigh(text, extras, model, direction);
        TextFeatures.extract(text, new Scratch(model.spelling()), sink);
        List<TextModel.Word> words = new ArrayList<>();
        sink.byWord.forEach((word, weight) -> {
            if (word.length() > 1) {
                words.add(new TextModel.Word(word, weight));
            }
        });
        words.sort(Comparator.comparingDouble((TextModel.Word w) -> -Math.abs(w.weight())));
        return List.copyOf(words.subList(0, Math.min(most, words.size())));
    }

    /** What single features add; 0 for those that the model does not know. */
    static double[] ofExtras(CharSequence text, int[] extras, Knowledge model, double[] direction) {
        Contributions sink = new Contributions();
        sink.weigh(text, extras, model, direction);
        double[] all = new double[extras.length];
        for (int i = 0; i < extras.length; i++) {
            all[i] = sink.byFeature.getOrDefault(extras[i], 0.0);
        }
        return all;
    }

    private void weigh(CharSequence text, int[] extras, Knowledge model, double[] direction) {
        Weighted x = Weighted.of(
                Bag.of(text, new Scratch(model.spelling())).with(extras), model.vocabulary(), model.lengths());
        for (int i = 0; i < x.rows().length; i++) {
            int row = x.rows()[i];
            double sum = 0;
            for (int k = 0; k < direction.length; k++) {
                sum += direction[k] == 0 ? 0 : direction[k] * model.weights().weight(row, k);
            }
            byFeature.put(model.vocabulary().feature(row), sum * x.values()[i]);
        }
    }

    @Override
    public void word(char[] chars, int from, int to) {
        word = new String(chars, from, to - from);
    }

    @Override
    public void add(int feature) {
        int view = TextFeatures.view(feature);
        if (view == TextFeatures.WORDS || view == TextFeatures.PLACES) {
            // a feature counts once, for the first word that brings it
            Double weight = byFeature.remove(feature);
            if (weight != null) {
                byWord.merge(word, weight, Double::sum);
            }
        }
    }
}
