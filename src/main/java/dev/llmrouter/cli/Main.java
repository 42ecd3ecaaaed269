package dev.llmrouter.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands. With none, or with Spring's own options first, the gateway starts. */
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
            ValidateCommand.class,
            TrainCommand.class,
            ClassifyCommand.class,
            ScoreCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs a command and ends the process with its exit code: 0 done, 1 the answer is no, 2 wrong usage. */
    public static void main(String[] arguments) {
        int code = commandLine().execute(withDefault(arguments));
        if (code != ServeCommand.KEEP_RUNNING) {
            System.exit(code);
        }
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println(Explained.of(failure));
            return failure instanceof IllegalArgumentException ? 2 : 1;
        });
    }

    private static String[] withDefault(String[] arguments) {
        if (arguments.length > 0 && !arguments[0].startsWith("--server") && !arguments[0].startsWith("--llm-router")) {
            return arguments;
        }
        String[] serve = new String[arguments.length + 1];
        serve[0] = "serve";
        System.arraycopy(arguments, 0, serve, 1, arguments.length);
        return serve;
    }
}
