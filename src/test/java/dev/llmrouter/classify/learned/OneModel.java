package dev.llmrouter.classify.learned;

import java.util.List;

/**
 * A model for measurements of time: learned from all examples by {@link LearnedTrainer}, but without the further models of
 * its folds, whose training takes most of the time; the calibration that they are for is from elsewhere. Features, classes and weights, and so
 * the cost, are those of the trainer's model; the confidences mean nothing.
 */
public final class OneModel {
    private static final int FOLDS = 4;

    private OneModel() {}

    public static LearnedModel train(List<LabelledExample> examples) throws ExamplesException {
        TrainingSettings settings = TrainingSettings.ofDefaults();
        TrainingSet set = TrainingSet.of(examples, settings, FOLDS);
        int[] all = set.everything();
        Vocabulary vocabulary = set.vocabulary(all);
        Softmax softmax = new LearnedTrainer(settings, what -> {}).learn(set, all, vocabulary);
        SparseWeights weights = SparseWeights.of(softmax, vocabulary.size());
        Calibration rejectsNothing = new Calibration(1, 0, 1, 0, 0, 0, 0);
        return new LearnedModel(
                set.id, set.tasks, set.none, vocabulary, weights, rejectsNothing, set.spelling, set.room);
    }
}
