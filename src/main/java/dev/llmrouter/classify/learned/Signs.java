package dev.llmrouter.classify.learned;

import java.util.Arrays;

/**
 * What a text's scores say about its best task.
 *
 * @param best index of the task
 * @param probability of it among the tasks, at the temperature
 * @param score raw
 * @param lead of its score over "none of these"; 0 where the model has no such class
 * @param covered {@link Coverage} of the text by it
 */
record Signs(int best, double probability, double score, double lead, double covered) {
    static Signs of(Scored scored, TrainingSet set, double temperature) {
        float[] scores = scored.scores();
        int tasks = set.tasks.size();
        int best = LearnedModel.best(scores, tasks);
        float[] p = Arrays.copyOf(scores, tasks);
        Softmax.normalise(p, tasks, temperature);
        double lead = set.none ? scores[best] - scores[tasks] : 0;
        return new Signs(best, p[best], scores[best], lead, scored.covered());
    }

    double logOdds() {
        return Calibration.logOdds(probability);
    }

    /** The task named; -1 where the text is rejected. */
    int answer(Calibration calibration) {
        return confidence(calibration) >= calibration.threshold() ? best : -1;
    }

    double confidence(Calibration calibration) {
        return calibration.confidence(probability, score, lead, covered);
    }
}
