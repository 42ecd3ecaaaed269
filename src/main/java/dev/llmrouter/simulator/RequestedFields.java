package dev.llmrouter.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The fields that a prompt asks to extract: "Extract the invoice number and date as JSON: ..." names two. */
final class RequestedFields {
    private static final List<String> VERBS =
            List.of("extract", "pull out", "list all", "find all", "parse", "extrahiere");
    private static final List<String> ENDS = List.of(" as ", " from ", " in ", " into ", " of ", " aus ", " als ");
    private static final int HEAD = 1000;
    private static final int MOST = 20;

    private RequestedFields() {}

    /** Their names as JSON keys ("invoice_number"), in their order; {@code ["value"]} if none is named. */
    static List<String> in(String prompt) {
        String head = prompt.substring(0, Math.min(HEAD, prompt.length())).toLowerCase(Locale.ROOT);
        for (String verb : VERBS) {
            int at = Words.indexOfStem(head, verb, 0);
            if (at >= 0) {
                List<String> names = names(head.substring(at + verb.length()));
                if (!names.isEmpty()) {
                    return names;
                }
            }
        }
        return List.of("value");
    }

    private static List<String> names(String text) {
        int end = text.length();
        for (String stop : ENDS) {
            int at = text.indexOf(stop, 1);
            end = at > 0 ? Math.min(end, at) : end;
        }
        for (int i = 0; i < end; i++) {
            if (":.?!\n".indexOf(text.charAt(i)) >= 0) {
                end = i;
            }
        }
        List<String> names = new ArrayList<>();
        for (String part :
                text.substring(0, end).replaceAll("\\s(?:and|und|or)\\s", ",").split(",", MOST + 1)) {
            List<String> words = new ArrayList<>(Values.words(part));
            words.removeAll(List.of("the", "a", "an", "all", "its", "following", "fields", "values"));
            if (!words.isEmpty() && words.size() <= 5) {
                names.add(String.join("_", words));
            }
        }
        return names.stream().distinct().toList();
    }
}
