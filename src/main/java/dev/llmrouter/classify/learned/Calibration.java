package dev.llmrouter.classify.learned;

/**
 * From raw scores to a confidence: the probability that the task named is right.
 *
 * <p>The confidence is a logistic function of the log odds of the best task (at the temperature), of its raw score, of
 * its lead over "none of these", and of the {@link Coverage} of the text by it, with coefficients learned on texts that the scores did not come from (held-out folds).
 * Source of temperature scaling: Guo et al., On Calibration of Modern Neural Networks, ICML 2017, section 4.2; of the
 * logistic form: Platt, Probabilistic Outputs for Support Vector Machines, 1999.
 *
 * @param temperature above 0
 * @param intercept of the logistic function
 * @param oddsWeight of the log odds of the best task
 * @param scoreWeight of the raw score of the best task
 * @param noneWeight of the lead over "none of these"; 0 where the model has no such class
 * @param coverWeight of the coverage
 * @param threshold confidence below which the text is none of the tasks, 0 to 1
 */
public record Calibration(
        double temperature,
        double intercept,
        double oddsWeight,
        double scoreWeight,
        double noneWeight,
        double coverWeight,
        double threshold) {
    private static final double LARGEST_ODDS = 18;

    /** Confidence in a best task. @param probability of it at the temperature */
    double confidence(double probability, double score, double lead, double covered) {
        double z = intercept
                + oddsWeight * logOdds(probability)
                + scoreWeight * score
                + noneWeight * lead
                + coverWeight * covered;
        return 1 / (1 + StrictMath.exp(-z));
    }

    static double logOdds(double probability) {
        double odds = StrictMath.log(probability / Math.max(1e-12, 1 - probability));
        return Math.max(-LARGEST_ODDS, Math.min(LARGEST_ODDS, odds));
    }

    Calibration withThreshold(double value) {
        return new Calibration(temperature, intercept, oddsWeight, scoreWeight, noneWeight, coverWeight, value);
    }
}
