package dev.llmrouter.policy.load;

/** Text from the file as messages show it: short, on one line, without control characters. */
final class Quoted {
    private static final int MAX_LENGTH = 60;

    private Quoted() {}

    /** In single quotes. */
    static String of(String text) {
        return "'" + bare(text) + "'";
    }

    /** In full length, with '?' for what breaks or hides lines: such text could forge lines of a log. */
    static String onOneLine(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean unseen = Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.isSurrogate(c)
                    || c == '\u2028'
                    || c == '\u2029';
            out.append(unseen ? '?' : c);
        }
        return out.toString();
    }

    /** Without quotes. */
    static String bare(String text) {
        String shown = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
        return onOneLine(shown);
    }
}
