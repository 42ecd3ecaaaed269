package dev.llmrouter.simulator;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Texts made of the prompt's own words. They say nothing. */
final class Prose {
    /** What a model says that got it wrong: too short for a length check, and without any word of the prompt. */
    static final String WRONG = "I do not know.";

    private static final int SENTENCES = 2;
    private static final Map<String, Integer> NUMBERS =
            Map.of("one", 1, "a", 1, "two", 2, "three", 3, "four", 4, "five", 5, "einem", 1, "zwei", 2, "drei", 3);
    private static final int KEYWORDS = 12;
    private static final int MATERIAL = 4000;
    private static final List<String> OPENINGS = List.of(
            "The request turns on %s and %s.",
            "Two things stand out here: %s and %s.", "Taken together, %s and %s set the frame.");
    private static final List<String> BODIES = List.of(
            "Where %s meets %s, the details decide, and they should be checked against the source.",
            "It is worth keeping %s apart from %s, because they answer different questions.",
            "Most readers will look for %s first and only then for %s.",
            "Nothing in %s contradicts %s, although both could be stated more plainly.",
            "A change to %s would be felt in %s before long.");
    private static final List<String> POINTS = List.of(
            "First, %s has to be read in the light of %s.",
            "Second, the weight of %s depends on %s, which is the larger risk of the two.",
            "Third, %s and %s are each acceptable alone; together they need an owner.");

    private Prose() {}

    /** The leading sentences of the text: as many as the prompt asks for, by default {@value #SENTENCES}. */
    static String summary(PromptParts prompt) {
        List<String> sentences = Words.sentences(head(prompt.material()), wanted(prompt.user()));
        return sentences.isEmpty() ? "There is no text to summarise." : String.join(" ", sentences);
    }

    private static int wanted(String prompt) {
        String lower = prompt.substring(0, Math.min(400, prompt.length())).toLowerCase(Locale.ROOT);
        int at = lower.indexOf("sentence");
        at = at < 0 ? lower.indexOf("satz") : at;
        at = at < 0 ? lower.indexOf("sätze") : at;
        if (at < 0) {
            return SENTENCES;
        }
        String[] before = lower.substring(0, at).strip().split("[^\\p{L}\\p{N}]+");
        String word = before.length == 0 ? "" : before[before.length - 1];
        if (word.length() == 1 && Character.isDigit(word.charAt(0)) && word.charAt(0) != '0') {
            return word.charAt(0) - '0';
        }
        Integer number = NUMBERS.get(word);
        return number == null ? SENTENCES : number;
    }

    /** Two paragraphs. @param variant counts the answers to one request, from 0 */
    static String text(PromptParts prompt, long hash, int variant) {
        Loom loom = new Loom(keywords(prompt), hash, variant);
        return loom.weave(OPENINGS) + " " + loom.weave(BODIES) + " " + loom.weave(BODIES) + "\n\n" + loom.weave(BODIES)
                + " " + loom.weave(BODIES);
    }

    /** An opening, three numbered points and a conclusion. */
    static String analysis(PromptParts prompt, long hash, int variant) {
        Loom loom = new Loom(keywords(prompt), hash, variant);
        StringBuilder text = new StringBuilder(loom.weave(OPENINGS)).append(' ').append(loom.weave(BODIES));
        for (int i = 0; i < POINTS.size(); i++) {
            text.append("\n\n").append(i + 1).append(". ").append(loom.fill(POINTS.get(i)));
            text.append(' ').append(loom.weave(BODIES));
        }
        return text.append("\n\nOverall: ").append(loom.weave(BODIES)).toString();
    }

    /** Sentences until there are at least {@code tokens} tokens, then cut to exactly that many. */
    static String ofLength(PromptParts prompt, long hash, int tokens, @Nullable String start) {
        Loom loom = new Loom(keywords(prompt), hash, 0);
        StringBuilder text = new StringBuilder(start == null ? "" : start);
        int count = TokenEstimate.count(text.toString());
        while (count < tokens) {
            String sentence = (text.length() == 0 ? "" : " ") + loom.weave(BODIES);
            text.append(sentence);
            count += TokenEstimate.count(sentence);
        }
        return TokenEstimate.first(text.toString(), tokens);
    }

    private static String head(String text) {
        return text.substring(0, Math.min(MATERIAL, text.length()));
    }

    private static List<String> keywords(PromptParts prompt) {
        List<String> words = Words.notable(head(prompt.user()), 5, KEYWORDS);
        return words.size() > 1 ? words : List.of("the question", "its context");
    }

    /** Takes words and sentences in turn, beginning where chance says. */
    private static final class Loom {
        private final List<String> words;
        private int word;
        private int sentence;

        Loom(List<String> words, long hash, int variant) {
            this.words = words;
            this.word = (int) Math.floorMod(hash, (long) words.size()) + variant;
            this.sentence = (int) Math.floorMod(hash >> 16, (long) BODIES.size()) + variant;
        }

        String weave(List<String> sentences) {
            return fill(sentences.get(sentence++ % sentences.size()));
        }

        String fill(String sentence) {
            return String.format(Locale.ROOT, sentence, next(), next());
        }

        private String next() {
            return words.get(word++ % words.size());
        }
    }
}
