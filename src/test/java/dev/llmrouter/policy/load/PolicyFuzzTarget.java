package dev.llmrouter.policy.load;

import dev.llmrouter.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What reads policy files. */
public final class PolicyFuzzTarget {
    private PolicyFuzzTarget() {}

    /** The loader, with the sample of its tests and the policy of the examples. */
    public static FuzzTarget loader() {
        try {
            return new FuzzTarget(
                    "policy",
                    List.of(
                            Sample.POLICY.getBytes(StandardCharsets.UTF_8),
                            Files.readAllBytes(Path.of("examples", "policy.yaml"))),
                    PolicyFuzzTarget::check);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String check(byte[] input) {
        PolicyCheck check = Sample.check(new String(input, StandardCharsets.UTF_8));
        if (!check.isUsable() && check.problems().isEmpty()) {
            throw new AssertionError("neither a policy nor a problem");
        }
        StringBuilder outcome = new StringBuilder();
        for (Problem problem : check.problems()) {
            if (problem.message().length() > 5_000) {
                throw new AssertionError("a message of " + problem.message().length() + " characters");
            }
            if (outcome.length() < 300) {
                outcome.append(problem.message());
            }
        }
        check.text();
        check.json();
        return outcome.toString();
    }
}
