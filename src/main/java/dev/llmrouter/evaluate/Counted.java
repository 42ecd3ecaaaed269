package dev.llmrouter.evaluate;

/** Numbers of things, as English has them. */
public final class Counted {
    private Counted() {}

    /**
     * A noun as it follows a number.
     *
     * @param one the noun for one thing, whose plural ends in an s
     */
    public static String noun(long number, String one) {
        return number == 1 ? one : one + "s";
    }

    /** The number, without separators, and its noun: "1 request", "2 requests". */
    public static String of(long number, String one) {
        return number + " " + noun(number, one);
    }
}
