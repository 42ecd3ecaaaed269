package dev.llmrouter.cli;

import dev.llmrouter.application.ConsoleLog;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands. With none, what there is; with properties first, the gateway starts. */
@Command(
        name = "camel-llm-router",
        description = "Routes LLM requests to the cheapest model that is proven good enough.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            LintCommand.class,
            KeyCommand.class,
            ExplainCommand.class,
            SimulateCommand.class,
            InstallCommand.class,
            ImportCommand.class,
            ValidateCommand.class,
            AuditCommand.class,
            ReconcileCommand.class,
            CollectedCommand.class,
            DocsCommand.class,
            TrainCommand.class,
            ClassifyCommand.class,
            ScoreCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    /** Exit code of a command that stands for "do not exit". */
    static final int KEEP_RUNNING = -1;

    private static final String SERVE = "serve";

    private Main() {}

    /** Runs a command and ends the process with its exit code: 0 done, 1 the answer is no, 2 wrong usage. */
    public static void main(String[] arguments) {
        String[] given = withDefault(arguments);
        if (!given[0].equals(SERVE)) {
            ConsoleLog.keepOffTheOutput(); // standard output belongs to the command's result
        }
        // serve alone: to read what all the commands take costs a start half a second on a slow core
        int code = given[0].equals(SERVE)
                ? explaining(new ServeCommand())
                        .setCommandName("camel-llm-router " + SERVE)
                        .execute(Arrays.copyOfRange(given, 1, given.length))
                : commandLine().execute(given);
        if (code != KEEP_RUNNING) {
            System.exit(code);
        }
    }

    static CommandLine commandLine() {
        return explaining(new Main());
    }

    /** A command that says what went wrong without a stack trace. */
    static CommandLine explaining(Object command) {
        return new CommandLine(command)
                .setExecutionStrategy(Main::execute)
                .setExecutionExceptionHandler((failure, failed, parsed) -> {
                    failed.getErr().println(Explained.of(failure));
                    return Explained.code(failure);
                });
    }

    /** Only exceptions reach the handler above. */
    private static int execute(CommandLine.ParseResult parsed) {
        boolean takesAll = !parsed.commandSpec().unmatchedArgsBindings().isEmpty();
        if (!parsed.unmatched().isEmpty() && !takesAll) {
            // with --help or --version beside it picocli would print these, as if it had been understood
            throw new CommandLine.UnmatchedArgumentException(
                    parsed.commandSpec().commandLine(), parsed.unmatched());
        }
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError e) {
            throw new CommandLine.ExecutionException(
                    parsed.commandSpec().commandLine(), "the command ran out of memory", e);
        }
    }

    private static String[] withDefault(String[] arguments) {
        if (arguments.length == 0) {
            return new String[] {"--help"};
        }
        if (!arguments[0].startsWith("--server") && !arguments[0].startsWith("--llm-router")) {
            return arguments;
        }
        String[] serve = new String[arguments.length + 1];
        serve[0] = SERVE;
        System.arraycopy(arguments, 0, serve, 1, arguments.length);
        return serve;
    }
}
