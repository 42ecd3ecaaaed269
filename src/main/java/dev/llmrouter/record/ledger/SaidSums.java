package dev.llmrouter.record.ledger;

/**
 * What people and checks said of the same requests, which are those with feedback.
 *
 * @param said requests with feedback
 * @param useful of these, by what people said
 * @param checked of {@code said}, those whose output was checked as well
 * @param passed of {@code checked}, those that passed, an escalated output included
 */
public record SaidSums(long said, long useful, long checked, long passed) {
    /** Of no request. */
    public static final SaidSums NONE = new SaidSums(0, 0, 0, 0);

    SaidSums without(SaidSums some) {
        return new SaidSums(
                Math.max(0, said - some.said),
                Math.max(0, useful - some.useful),
                Math.max(0, checked - some.checked),
                Math.max(0, passed - some.passed));
    }
}
