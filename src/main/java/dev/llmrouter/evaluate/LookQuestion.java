package dev.llmrouter.evaluate;

import java.util.List;

/**
 * What a look asks, as a short hash: looks at the same question share one error level. The margin is no part of it, because a proof
 * with a narrower one counts for a task with a wider one.
 *
 * @param hash 12 hexadecimal digits over baseline, scorers and system prompts
 * @param former the same with the margin, as evidence of older versions has it
 */
record LookQuestion(String hash, String former) {
    static LookQuestion of(String baseline, double margin, List<String> scorers, String systemPrompt) {
        String words = String.join("\t", scorers);
        return new LookQuestion(
                hash("any margin", baseline, words, systemPrompt),
                hash(baseline, String.valueOf(margin), words, systemPrompt));
    }

    private static String hash(String... parts) {
        return Sha256.of(String.join("\n", parts)).substring(0, 12);
    }

    /** Whether a look that is completed asked this. */
    boolean isOf(Look look) {
        return hash.equals(look.question()) || former.equals(look.question());
    }
}
