package dev.llmrouter.dispatch;

import com.google.re2j.Pattern;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Part;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Tells answers in which a model declines the work. Providers say it of few; of the others a list of openings is looked for,
 * in English, German, French and Spanish, within the first {@value #LOOKED_AT} characters. So it misses refusals that open
 * otherwise, and takes a draft such as "I am sorry, I cannot help you move" for one.
 */
final class DeclinedOutput {
    private static final int LOOKED_AT = 240;
    private static final String VERBS =
            "(?:help|assist|answer|provide|comply|fulfil|fulfill|do (?:that|this|so)|continue|discuss|share|generate|create|write"
                    + "|complete|engage|support|offer|process|respond|give|produce|carry out|perform|be able to)";
    private static final String CANNOT =
            "(?:can't|cannot|can not|could not|couldn't|won't|will not|must decline to|am not able to|'m not able to"
                    + "|am unable to|'m unable to|are not able to|are unable to)";

    private static final List<Pattern> OPENINGS = Stream.of(
                    "^(?:(?:i am|i'm) (?:\\w+ )?(?:sorry|afraid)|sorry|unfortunately|i apologi[sz]e|(?:my )?apologies)\\b"
                            + "[^.!?\\n]{0,60}\\b(?:i|we) ?" + CANNOT + " (?:\\w+ ){0,2}" + VERBS + "\\b",
                    "^(?:i|we) ?" + CANNOT + " (?:\\w+ ){0,2}" + VERBS + "\\b",
                    "^(?:i am|i'm) (?:\\w+ )?sorry[,.]? (?:but )?(?:that is|that's|this is) (?:\\w+ ){0,3}(?:not something|against)",
                    "^as an? (?:ai|artificial intelligence|(?:large )?language model)\\b",
                    "^(?:es tut mir(?: sehr)? leid|tut mir leid|entschuldigung|leider)\\b[^.!?\\n]{0,40}\\b(?:(?:kann|darf) ich|ich (?:kann|darf))\\b"
                            + "[^.!?\\n]{0,120}\\bnicht\\b[^.!?\\n]{0,40}\\b(?:helfen|beantworten|nachkommen|weiterhelfen|antworten"
                            + "|ausf\u00FChren|bearbeiten|unterst\u00FCtzen|erf\u00FCllen|erstellen)",
                    "^(?:je suis )?d\u00E9sol\u00E9e?[^.!?\\n]{0,40}\\bje ne (?:peux|puis)\\b[^.!?\\n]{0,30}\\b(?:aider|r\u00E9pondre"
                            + "|fournir|faire|assister|traiter|cr\u00E9er)",
                    "^lo siento\\b[^.!?\\n]{0,40}\\bno puedo\\b[^.!?\\n]{0,30}\\b(?:ayudar|responder|proporcionar|hacer|asistir"
                            + "|cumplir|crear)")
            .map(Pattern::compile)
            .toList();

    private DeclinedOutput() {}

    /** Whether the provider says that the model declined, or that a filter stopped the answer. */
    static boolean isTold(ChatReply reply) {
        return !reply.choices().isEmpty()
                && (reply.choices().get(0).finishReason() == FinishReason.CONTENT_FILTER
                        || reply.choices().get(0).parts().stream().anyMatch(Part.Refusal.class::isInstance));
    }

    /** Whether the text opens as refusals do. */
    static boolean opens(String output) {
        String text = output.stripLeading();
        String opening = text.substring(0, Math.min(LOOKED_AT, text.length()))
                .replace('\u2019', '\'')
                .toLowerCase(Locale.ROOT);
        return OPENINGS.stream().anyMatch(pattern -> pattern.matcher(opening).find());
    }
}
