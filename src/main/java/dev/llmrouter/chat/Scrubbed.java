package dev.llmrouter.chat;

import com.google.re2j.Pattern;

/**
 * A provider's words before a caller sees them: cut, in one line, and without what looks like a key. Providers quote the
 * key that they refuse.
 */
final class Scrubbed {
    /** Characters of a provider's message that are passed on. */
    static final int LENGTH = 500;

    private static final Pattern KEYS = Pattern.compile("(?i)(bearer\\s+[a-z0-9._~+/=*-]{6,}"
            + "|\\b(?:sk|pk|rk|gsk|xai|key|api)[-_][a-z0-9_*.-]{6,}"
            + "|AIza[a-z0-9_*.-]{6,}"
            + "|(?:api[-_ ]?key|x-api-key|x-goog-api-key|key)[\"']?\\s*[:=]\\s*[\"']?[a-z0-9_*.+/-]{6,})");

    private Scrubbed() {}

    /** A name that a caller chose, fit for a message: letters, digits and underscores, at most 40 of them. */
    static String name(String name) {
        StringBuilder fit = new StringBuilder();
        for (int i = 0; i < Math.min(name.length(), 40); i++) {
            char c = name.charAt(i);
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
            fit.append(plain ? c : '?');
        }
        return fit.toString();
    }

    static String text(String text) {
        // cut generously first, so that the time is bounded, and finally after the keys are gone
        String start = text.length() > 4 * LENGTH ? text.substring(0, 4 * LENGTH) : text;
        StringBuilder line = new StringBuilder(start.length());
        for (int i = 0; i < start.length(); i++) {
            char c = start.charAt(i);
            line.append(Character.isISOControl(c) || Character.isSurrogate(c) ? ' ' : c);
        }
        String clean = KEYS.matcher(line).replaceAll("[removed]");
        return clean.length() > LENGTH ? clean.substring(0, LENGTH) + "..." : clean;
    }
}
