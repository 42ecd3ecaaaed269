package dev.llmrouter.classify.learned;

/**
 * How much at the two ends of a text speaks for a task: the logarithm of the number of its first and last words with a
 * weight for the task in that place above 0, where a word counts by its occurrences and the square of its inverse document
 * frequency, the rarest as 1. Vectors of fixed length cannot tell one known word among unknown ones from a text that is
 * known altogether; this can. It is an amount and no share, so that politeness around a text takes nothing away. It is
 * taken of the {@value TextFeatures#PLACE_WORDS} words at each end only: over all words it would grow with the text, until
 * any long one seemed known.
 */
final class Coverage {
    private Coverage() {}

    /** Whether features of this view count. */
    static boolean counts(int view) {
        return view == TextFeatures.PLACES;
    }

    static float mass(int count, float idf) {
        return count * idf * idf;
    }

    /** @param known sum of the masses of the features that speak for the task */
    static double of(double known, Vocabulary vocabulary) {
        double rarest = vocabulary.size() == 0 ? 1 : vocabulary.idf(vocabulary.size() - 1);
        return StrictMath.log1p(known / (rarest * rarest));
    }

    /** That of a text by a task, from the weights of training. */
    static double of(Bag bag, Vocabulary vocabulary, Softmax softmax, int task) {
        double known = 0;
        for (int i = 0; i < bag.features().length; i++) {
            int feature = bag.features()[i];
            int row = counts(TextFeatures.view(feature)) ? vocabulary.row(feature) : -1;
            if (row >= 0 && softmax.weights()[row * softmax.classes() + task] > 0) {
                known += mass(bag.counts()[i], vocabulary.idf(row));
            }
        }
        return of(known, vocabulary);
    }
}
