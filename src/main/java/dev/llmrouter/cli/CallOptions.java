package dev.llmrouter.cli;

import dev.llmrouter.evaluate.live.CallSettings;
import dev.llmrouter.evaluate.live.MissingAnswers;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the user says about calls to models. */
final class CallOptions {
    @Option(names = "--recorded", description = "Call nobody: a model without a recorded answer has none.")
    boolean recorded;

    @Option(names = "--dry-run", description = "Estimate calls, tokens and cost; call nobody.")
    boolean dryRun;

    @Option(
            names = "--max-cost",
            paramLabel = "USD",
            converter = DecimalConverter.class,
            description = "Most that all runs on one journal may cost together; holds whatever runs in parallel.")
    @Nullable
    BigDecimal maxCost;

    @Option(names = "--yes", description = "Call without asking, also above USD 1.")
    boolean yes;

    @Option(names = "--parallel", paramLabel = "N", description = "Calls at a time. Default: ${DEFAULT-VALUE}.")
    int parallel = 8;

    @Option(
            names = "--max-output",
            paramLabel = "TOKENS",
            description = "Longest answer where an example states no limit. Default: ${DEFAULT-VALUE}.")
    int maxOutput = 4096;

    @Option(
            names = "--system",
            paramLabel = "FILE|TEXT",
            description = "System prompt of examples that have none of their own.")
    @Nullable
    String system;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "Where answers are kept. Default: the data set's name with .journal.jsonl.")
    @Nullable
    Path journal;

    @Option(
            names = "--judge",
            paramLabel = "MODEL",
            description = "Model that judges with --scorer judge:rubric or judge:pairwise; none of those compared.")
    @Nullable
    String judge;

    @Option(names = "--resume", description = "Go on with the journal, if there is one. The default.")
    boolean resume;

    @Option(names = "--fresh", description = "Put an existing journal aside and ask everything anew.")
    boolean fresh;

    @Option(
            names = "--anew",
            paramLabel = "MODEL",
            description = "Ask this model everything anew, and keep what the others answered. Repeatable.")
    List<String> anew = List.of();

    /** @throws IllegalArgumentException if a value is out of range */
    CallSettings settings() throws IOException {
        if (fresh && resume) {
            throw new IllegalArgumentException("--fresh and --resume exclude each other; leave one out");
        }
        if (fresh && !anew.isEmpty()) {
            throw new IllegalArgumentException("--fresh asks every model anew; leave --anew out");
        }
        return new CallSettings(
                systemText(),
                maxOutput,
                parallel,
                maxCost,
                CallSettings.DEFAULT_ATTEMPTS,
                CallSettings.DEFAULT_LONGEST_WAIT);
    }

    private String systemText() throws IOException {
        if (system == null) {
            return "";
        }
        try {
            Path file = Path.of(system);
            if (Files.isRegularFile(file)) {
                return Files.readString(file);
            }
            if (system.matches("\\S*(/|\\\\|\\.[A-Za-z]{2,4}$)\\S*")) { // evidence would be bound to the name of a file
                throw new IllegalArgumentException(
                        "--system is '" + system
                                + "', which looks like a file and is none. Correct the name, or give the text itself, in words.");
            }
            return system;
        } catch (InvalidPathException e) {
            return system; // a text that can be no file name
        }
    }

    Path journal(Path data) {
        return journal != null ? journal : MissingAnswers.journal(data);
    }
}
