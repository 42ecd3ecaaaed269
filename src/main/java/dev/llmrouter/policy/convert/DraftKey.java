package dev.llmrouter.policy.convert;

/**
 * The key of a provider in a draft.
 *
 * @param variable environment variable that it is in; for a key that stands in the file, or of an account that it names, what
 *     this would be called if it were the only one
 * @param number 0 for a key that is in the environment already; else which of the other keys it is, from 1
 */
record DraftKey(String variable, int number) {
    static DraftKey inEnvironment(String variable) {
        return new DraftKey(variable, 0);
    }

    boolean isInFile() {
        return number > 0;
    }
}
