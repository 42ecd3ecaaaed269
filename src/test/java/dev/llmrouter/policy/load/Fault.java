package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Sample.with;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * A policy with one fault, and the problem that is reported of it: exactly one, at the line that holds it, naming the field, the
 * finding and the remedy.
 *
 * @param mark text of the line where the problem is expected
 */
record Fault(String yaml, Severity severity, String mark, String path, String message) {
    /** The sample with a part of it replaced. */
    static Fault fault(String part, String replacement, Severity severity, String mark, String path, String message) {
        return new Fault(with(part, replacement), severity, mark, path, message);
    }

    /** The sample with lines added at its end. */
    static Fault added(String yaml, Severity severity, String mark, String path, String message) {
        return new Fault(Sample.POLICY + yaml, severity, mark, path, message);
    }

    void isReported() {
        PolicyCheck check = Sample.check(yaml);
        List<Problem> problems = check.problems().stream()
                .filter(problem -> problem.path().equals(path))
                .filter(problem -> problem.message().contains(message))
                .toList();
        assertThat(problems).as(check.text()).hasSize(1);
        Problem problem = problems.get(0);
        assertThat(problem.severity()).isEqualTo(severity);
        assertThat(yaml.lines().toList().get(problem.line() - 1)).contains(mark);
        assertThat(problem.fix()).isNotBlank();
        assertThat(check.isUsable()).isEqualTo(severity != UNUSABLE);
        boolean rest = check.problems().stream()
                .anyMatch(other -> other != problem && other.severity() != WARNING && severity != UNUSABLE);
        assertThat(rest).as(check.text()).isFalse();
    }

    @Override
    public String toString() {
        return path + " " + message;
    }
}
