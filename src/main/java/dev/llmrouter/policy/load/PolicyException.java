package dev.llmrouter.policy.load;

/** A policy file that cannot be loaded. The message lists every problem with its position. */
public final class PolicyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient PolicyCheck check;

    PolicyException(PolicyCheck check) {
        super(check.source() + " cannot be loaded:\n" + check.text());
        this.check = check;
    }

    /** Everything that is wrong with the file. */
    public PolicyCheck check() {
        return check;
    }
}
