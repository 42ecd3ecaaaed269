package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a policy file: the policy, if it is usable, and everything that is wrong.
 *
 * @param policy null if one of the problems makes the file unusable
 * @param problems sorted by position
 * @param source name of the file, for messages
 * @param fileText the file's text, from which {@link #text()} takes the lines that it shows
 */
public record PolicyCheck(@Nullable RoutingPolicy policy, List<Problem> problems, String source, String fileText) {
    public PolicyCheck {
        problems = List.copyOf(problems);
    }

    /** Whether there is a policy that can be routed by. */
    public boolean isUsable() {
        return policy != null;
    }

    /** Whether {@code lint} has to fail: a problem that is more than a warning. */
    public boolean hasErrors() {
        return problems.stream().anyMatch(problem -> problem.severity() != Severity.WARNING);
    }

    /** The policy. @throws PolicyException if the file is not usable; its message lists the problems */
    public RoutingPolicy orThrow() {
        return Optional.ofNullable(policy).orElseThrow(() -> new PolicyException(this));
    }

    public long count(Severity severity) {
        return problems.stream()
                .filter(problem -> problem.severity() == severity)
                .count();
    }

    /**
     * The problems for people: position, severity, message, and the line of the file with a mark under the place. What
     * looks like a key in such a line is masked. Empty if nothing is wrong.
     */
    public String text() {
        return ProblemPrinter.text(this);
    }

    /**
     * The problems for machines: <code>{"source","hash"|null,"usable","errors","warnings","problems":[{"severity",
     * "line","column","path","what","fix","message"}]}</code>; {@code errors} counts unusable ones too.
     */
    public String json() {
        return ProblemPrinter.json(this);
    }

    @Override
    public String toString() {
        return "PolicyCheck[" + source + (isUsable() ? ", usable, " : ", not usable, ") + problems.size()
                + " problems]";
    }
}
