package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Texts as people would have typed them in a hurry or out of politeness: what is asked for stays the same. Training learns
 * from such copies beside the originals, and the quality report tells how often they get another answer. Stateless; the
 * same random numbers give the same copy.
 */
enum Noise {
    /** A letter left out, doubled, other, or exchanged with its neighbour. */
    TYPING,
    /** Two of those. */
    TYPING_TWICE,
    /** A greeting or a polite opening. */
    BEFORE,
    /** Thanks or a polite ending. */
    AFTER,
    /** Both. */
    AROUND,
    /** A blank too few, or blanks and line ends too many. */
    SPACING,
    /** All capitals, or a capital at the beginning. */
    CAPITALS,
    /** Other or no punctuation at the end. */
    ENDING;

    /** Words shorter than this keep their letters. */
    private static final int LEAST_LETTERS = 4;

    private static final List<Phrases> LANGUAGES = List.of(
            new Phrases(
                    List.of("the", "my", "is", "to", "of", "what", "how", "and", "a", "for"),
                    List.of(
                            "please ",
                            "please, ",
                            "hi, ",
                            "hello ",
                            "hey ",
                            "hey there, ",
                            "good morning, ",
                            "could you please ",
                            "can you ",
                            "would you mind and ",
                            "i would like you to ",
                            "excuse me, ",
                            "sorry, but ",
                            "dear assistant, ",
                            "i need help: ",
                            "i have a question. ",
                            "thanks. ",
                            "hello! i hope you are well. ",
                            "can you help me with this? ",
                            "ok so ",
                            "kindly "),
                    List.of(
                            " please",
                            " please.",
                            " thanks",
                            " thanks!",
                            ", thank you",
                            " thank you so much!",
                            " thanks in advance",
                            " many thanks for your help",
                            " i appreciate your help",
                            " cheers",
                            " best regards",
                            " kind regards, sam",
                            " if you can",
                            " if possible",
                            " that would be great",
                            " have a nice day",
                            " ok?",
                            " bye",
                            " thank you in advance for your help")),
            new Phrases(
                    List.of("der", "die", "das", "ist", "und", "mein", "ich", "wie", "ein", "zu"),
                    List.of(
                            "bitte ",
                            "hallo, ",
                            "guten tag, ",
                            "k\u00f6nnten sie bitte ",
                            "ich m\u00f6chte gern ",
                            "entschuldigung, ",
                            "ich habe eine frage: ",
                            "danke. "),
                    List.of(
                            " bitte",
                            " danke",
                            " vielen dank!",
                            " danke im voraus",
                            " mit freundlichen gr\u00fc\u00dfen",
                            " das w\u00e4re nett",
                            " vielen dank f\u00fcr ihre hilfe")),
            new Phrases(
                    List.of("le", "la", "les", "est", "et", "mon", "je", "une", "des", "pour"),
                    List.of(
                            "bonjour, ",
                            "s'il vous pla\u00eet, ",
                            "pourriez-vous ",
                            "je voudrais ",
                            "excusez-moi, ",
                            "j'ai une question : "),
                    List.of(
                            " s'il vous pla\u00eet",
                            " merci",
                            " merci beaucoup !",
                            " merci d'avance",
                            " cordialement",
                            " merci pour votre aide")),
            new Phrases(
                    List.of("el", "los", "es", "y", "mi", "que", "una", "para", "por", "c\u00f3mo"),
                    List.of(
                            "hola, ",
                            "por favor ",
                            "buenos d\u00edas, ",
                            "\u00bfpodr\u00eda ",
                            "me gustar\u00eda ",
                            "disculpe, ",
                            "tengo una pregunta: "),
                    List.of(
                            " por favor",
                            " gracias",
                            " muchas gracias!",
                            " gracias de antemano",
                            " saludos",
                            " gracias por su ayuda")));

    /** Every word of the polite phrases, in lower case. */
    static final Set<String> POLITE_WORDS = LANGUAGES.stream()
            .flatMap(phrases -> Stream.concat(phrases.before().stream(), phrases.after().stream()))
            .flatMap(phrase -> Stream.of(phrase.toLowerCase(Locale.ROOT).split("[^\\p{L}]+")))
            .filter(word -> !word.isEmpty())
            .collect(Collectors.toUnmodifiableSet());

    /** Polite phrases of a language, and words that tell it. */
    private record Phrases(List<String> signs, List<String> before, List<String> after) {
        long signsIn(String text) {
            String words = ' ' + text.toLowerCase(Locale.ROOT) + ' ';
            return signs.stream()
                    .filter(sign -> words.contains(' ' + sign + ' '))
                    .count();
        }
    }

    /** A copy of the text with this noise. */
    String copy(String text, SplittableRandom random) {
        return switch (this) {
            case TYPING -> typing(text, random);
            case TYPING_TWICE -> typing(typing(text, random), random);
            case BEFORE -> one(language(text).before(), random) + text;
            case AFTER -> text + one(language(text).after(), random);
            case AROUND ->
                one(language(text).before(), random) + text + one(language(text).after(), random);
            case SPACING -> spacing(text, random);
            case CAPITALS ->
                random.nextBoolean() || text.isEmpty()
                        ? text.toUpperCase(Locale.ROOT)
                        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
            case ENDING ->
                text.replaceFirst("[.?!\\s]+$", "")
                        + List.of("", ".", "?", "!", "...").get(random.nextInt(5));
        };
    }

    private static Phrases language(String text) {
        Phrases best = LANGUAGES.get(0);
        for (Phrases each : LANGUAGES) {
            best = each.signsIn(text) > best.signsIn(text) ? each : best;
        }
        return best;
    }

    private static String one(List<String> phrases, SplittableRandom random) {
        return phrases.get(random.nextInt(phrases.size()));
    }

    private static String typing(String text, SplittableRandom random) {
        List<Integer> starts = new ArrayList<>();
        int run = 0;
        for (int i = 0; i < text.length(); i++) {
            run = Character.isLetter(text.charAt(i)) ? run + 1 : 0;
            if (run == LEAST_LETTERS) {
                starts.add(i - LEAST_LETTERS + 1);
            }
        }
        if (starts.isEmpty()) {
            return text;
        }
        int from = starts.get(random.nextInt(starts.size()));
        int to = from;
        while (to < text.length() && Character.isLetter(text.charAt(to))) {
            to++;
        }
        int at = from + random.nextInt(to - from - 1);
        StringBuilder typed = new StringBuilder(text);
        switch (random.nextInt(4)) {
            case 0 -> typed.deleteCharAt(at);
            case 1 -> typed.insert(at, text.charAt(at));
            case 2 -> typed.setCharAt(at, (char) ('a' + random.nextInt(26)));
            default -> {
                typed.setCharAt(at, text.charAt(at + 1));
                typed.setCharAt(at + 1, text.charAt(at));
            }
        }
        return typed.toString();
    }

    private static String spacing(String text, SplittableRandom random) {
        int blank = text.isEmpty() ? -1 : text.indexOf(' ', random.nextInt(text.length()));
        return switch (blank < 0 ? 3 : random.nextInt(4)) {
            case 0 -> text.substring(0, blank) + text.substring(blank + 1);
            case 1 -> text.substring(0, blank) + '\n' + text.substring(blank + 1);
            case 2 -> text.replace(" ", "  ");
            default -> "  " + text + " \n";
        };
    }
}
