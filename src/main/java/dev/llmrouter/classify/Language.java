package dev.llmrouter.classify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import opennlp.tools.langdetect.LanguageDetectorModel;
import opennlp.tools.langdetect.ThreadSafeLanguageDetectorME;
import org.jspecify.annotations.Nullable;

/**
 * The language of a text: by script where one language owns it, else by OpenNLP's model among the {@link #CANDIDATES}.
 *
 * @param code ISO 639-1; null if it cannot be told
 * @param confidence 0 to 1; the share of its sharpened figure among the candidates, 0.99 by script; 0 if it cannot be told
 */
record Language(@Nullable String code, double confidence) {
    static final Language UNKNOWN = new Language(null, 0);
    /** Below it a language counts as unknown. */
    static final double MIN_CONFIDENCE = 0.5;
    /**
     * The model's figures are nearly flat on a short text (0.03 for the right one of 183); raised to this power they
     * tell sure from unsure. Chosen by hand on the sentences of {@code LanguageTest}, so not a calibrated probability.
     */
    private static final int SHARPNESS = 8;

    private static final int USEFUL_CHARS = 300;
    private static final int MIN_LETTERS = 8;
    /** From here on a text is looked at in three places. */
    private static final int LONG = 1200;

    private static final int PASSAGE = 400;
    private static final int LONGEST_WORD = 60;
    private static final String FENCE = "```";
    /** Confidence from which a passage in another language counts: names and lists in between are seldom so sure. */
    private static final double SURE = 0.9;

    private static final int READ_CHARS = 8 * 1024;
    /** Languages that are told apart; the model knows 183, and short texts scatter over their neighbours. */
    private static final Set<String> CANDIDATES = Set.of(
            "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "tr", "hr",
            "sl", "lt", "lv", "et", "id", "vi", "ru", "uk", "bg", "sr", "ar", "fa", "ur", "hi", "mr", "ca");

    private static final Map<String, String> SHORT = shortCodes();

    private static Map<String, String> shortCodes() {
        Map<String, String> codes = new HashMap<>();
        for (String code : Locale.getISOLanguages()) {
            codes.put(Locale.forLanguageTag(code).getISO3Language(), code);
        }
        codes.put("cmn", "zh");
        codes.put("pes", "fa");
        codes.put("lvs", "lv");
        codes.put("ekk", "et");
        return codes;
    }

    static void warmUp() {
        Loaded.DETECTOR.predictLanguage("Which language is this sentence written in?");
    }

    /** Of the head of a text. */
    static Language of(String text) {
        return ofPassage(text);
    }

    /** Languages, other than that of its head, that the middle or the end of a long text is surely in. */
    static Set<String> later(String text, @Nullable String head) {
        Set<String> found = new TreeSet<>();
        if (text.length() >= LONG) {
            for (int from : List.of(text.length() / 2, text.length() - PASSAGE)) {
                Language language = ofPassage(passage(text, from));
                String code = language.code();
                if (code != null && language.confidence() >= SURE && !code.equals(head)) {
                    found.add(code);
                }
            }
        }
        return Set.copyOf(found);
    }

    /** From a place on; between words, where words have blanks between them. Empty in a fenced block. */
    private static String passage(String text, int from) {
        boolean isFenced = false;
        for (int fence = text.indexOf(FENCE); fence >= 0 && fence < from; fence = text.indexOf(FENCE, fence + 3)) {
            isFenced = !isFenced;
        }
        if (isFenced) {
            return "";
        }
        int end = Math.min(text.length(), from + PASSAGE);
        int blank = from;
        while (blank < from + LONGEST_WORD && text.charAt(blank) > ' ') {
            blank++;
        }
        return text.substring(blank < from + LONGEST_WORD ? blank : from, end);
    }

    private static Language ofPassage(String text) {
        String useful = useful(text);
        Language byScript = byScript(useful);
        if (byScript != null) {
            return byScript;
        }
        int letters = (int) useful.chars().filter(Character::isLetter).count();
        return letters < MIN_LETTERS ? UNKNOWN : byModel(useful);
    }

    private static Language byModel(String text) {
        Map<String, Double> weights = new HashMap<>();
        double top = 0;
        for (opennlp.tools.langdetect.Language guess : Loaded.DETECTOR.predictLanguages(text)) {
            String code = SHORT.get(guess.getLang());
            if (code != null && CANDIDATES.contains(code)) {
                top = top == 0 ? guess.getConfidence() : top;
                weights.merge(code, Math.pow(guess.getConfidence() / top, SHARPNESS), Math::max);
            }
        }
        String best = null;
        double sum = 0;
        for (Map.Entry<String, Double> weight : weights.entrySet()) {
            sum += weight.getValue();
            best = best == null || weight.getValue() > weights.getOrDefault(best, 0.0) ? weight.getKey() : best;
        }
        double share = best == null ? 0 : weights.getOrDefault(best, 0.0) / sum;
        return share >= MIN_CONFIDENCE ? new Language(best, Math.min(share, 0.99)) : UNKNOWN;
    }

    /** Words without digits and signs, outside of fenced blocks and tags, until there are enough. */
    static String useful(String text) {
        StringBuilder useful = new StringBuilder(USEFUL_CHARS);
        int end = Math.min(text.length(), READ_CHARS);
        int at = 0;
        while (at < end && useful.length() < USEFUL_CHARS) {
            if (text.startsWith(FENCE, at)) {
                int close = text.indexOf(FENCE, at + 3);
                at = close < 0 || close > end ? end : close + 3;
                continue;
            }
            int stop = at;
            boolean isWord = true;
            while (stop < end && text.charAt(stop) > ' ') {
                char c = text.charAt(stop);
                isWord &= !(c < 0x80 && "0123456789{}<>=[]_\\/@#$%&|".indexOf(c) >= 0);
                stop++;
            }
            if (isWord && stop > at) {
                useful.append(text, at, Math.min(stop, at + USEFUL_CHARS)).append(' ');
            }
            at = stop + 1;
        }
        return useful.toString();
    }

    private static @Nullable Language byScript(String text) {
        Map<Character.UnicodeScript, Integer> letters = new java.util.EnumMap<>(Character.UnicodeScript.class);
        int all = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x370 && Character.isLetter(c)) {
                letters.merge(Character.UnicodeScript.of(c), 1, Integer::sum);
                all++;
            } else if (Character.isLetter(c)) {
                all++;
            }
        }
        if (letters.isEmpty()) {
            return null;
        }
        int kana = letters.getOrDefault(Character.UnicodeScript.HIRAGANA, 0)
                + letters.getOrDefault(Character.UnicodeScript.KATAKANA, 0);
        int han = letters.getOrDefault(Character.UnicodeScript.HAN, 0);
        if (kana * 10 >= kana + han && (kana + han) * 2 > all) {
            return new Language("ja", 0.99);
        }
        for (Map.Entry<Character.UnicodeScript, Integer> script : letters.entrySet()) {
            String code = owner(script.getKey());
            if (code != null && script.getValue() * 2 > all) {
                return new Language(code, 0.99);
            }
        }
        return null;
    }

    /** The language of a script that (nearly) one language alone writes; null for Cyrillic, Arabic, Devanagari. */
    private static @Nullable String owner(Character.UnicodeScript script) {
        return switch (script) {
            case HAN -> "zh";
            case HANGUL -> "ko";
            case GREEK -> "el";
            case HEBREW -> "he";
            case THAI -> "th";
            case ARMENIAN -> "hy";
            case GEORGIAN -> "ka";
            case BENGALI -> "bn";
            case TAMIL -> "ta";
            case TELUGU -> "te";
            case GUJARATI -> "gu";
            default -> null;
        };
    }

    /** The model (10 MB), loaded when it is first used. */
    private static final class Loaded {
        private static final String RESOURCE = "/langdetect-183.bin";
        // one detector for the life of the program, never closed
        static final ThreadSafeLanguageDetectorME DETECTOR = new ThreadSafeLanguageDetectorME(model());

        private static LanguageDetectorModel model() {
            try (InputStream in = Language.class.getResourceAsStream(RESOURCE)) {
                if (in == null) {
                    throw new IllegalStateException(
                            RESOURCE + " is not on the class path; add org.apache.opennlp:opennlp-models-langdetect");
                }
                return new LanguageDetectorModel(in);
            } catch (IOException e) {
                throw new UncheckedIOException("the language model does not load", e);
            }
        }
    }
}
