package dev.llmrouter.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.FeedbackFuzzTarget;
import dev.llmrouter.chat.ChatFuzzTargets;
import dev.llmrouter.policy.load.PolicyFuzzTarget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short run over everything that reads what others send, with a fixed seed. More by hand, with other inputs each time:
 * {@code mvn test -Dtest=HostileInputFuzzTest -Dllmrouter.fuzz.executions=10000000 -Dllmrouter.fuzz.seed=42}; the number is
 * that of all targets together.
 */
@Tag("once")
class HostileInputFuzzTest {
    private static final long EXECUTIONS = Long.getLong("llmrouter.fuzz.executions", 120_000);
    private static final long SEED = Long.getLong("llmrouter.fuzz.seed", 1);

    static List<FuzzTarget> targets() {
        List<FuzzTarget> all = new ArrayList<>(ChatFuzzTargets.all());
        all.add(PolicyFuzzTarget.loader());
        all.add(FeedbackFuzzTarget.reader());
        return all;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void whateverComesIsReadOrRefusedInBoundedTimeAndMemory(FuzzTarget target) throws InterruptedException {
        Fuzzer.Report report = Fuzzer.run(target, SEED, EXECUTIONS / targets().size());

        assertThat(report.executions())
                .isGreaterThanOrEqualTo(EXECUTIONS / targets().size());
        assertThat(report.outcomes()).as("different outcomes").isGreaterThan(1);
        if (EXECUTIONS > 1_000_000) {
            System.out.println(report);
        }
    }
}
