package dev.llmrouter.policy;

/** Text from the file as messages show it: short, on one line, without control characters. */
final class Quoted {
    private static final int MAX_LENGTH = 60;

    private Quoted() {}

    /** In single quotes. */
    static String of(String text) {
        return "'" + bare(text) + "'";
    }

    /** Without quotes. */
    static String bare(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 3);
        int end = Math.min(text.length(), MAX_LENGTH);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || Character.isSurrogate(c)) {
                out.append('?');
            } else {
                out.append(c == '\u2028' || c == '\u2029' ? ' ' : c);
            }
        }
        return out.append(end < text.length() ? "..." : "").toString();
    }
}
