package dev.llmrouter.cli;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command whose result goes to standard output, and everything that is said about it to standard error. */
abstract class ConsoleCommand implements Callable<Integer> {
    /** Exit code of wrong usage. */
    static final int WRONG_USAGE = 2;

    @Spec
    private @Nullable CommandSpec spec;

    final CommandLine commandLine() {
        return Objects.requireNonNull(spec, "picocli sets the command's specification")
                .commandLine();
    }

    final PrintWriter out() {
        return commandLine().getOut();
    }

    final PrintWriter err() {
        return commandLine().getErr();
    }

    /** Says what is wrong, behind the command's name. */
    final int wrong(String message) {
        err().println(commandLine().getCommandName() + ": " + message);
        err().flush();
        return WRONG_USAGE;
    }
}
