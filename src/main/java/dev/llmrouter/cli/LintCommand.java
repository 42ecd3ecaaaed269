package dev.llmrouter.cli;

import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.policy.Placeholders;
import dev.llmrouter.policy.PolicyCheck;
import dev.llmrouter.policy.PolicyLoader;
import dev.llmrouter.policy.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lint}: what is wrong with a policy? Exit code 0: no errors; 1: errors; 2: wrong usage or an unreadable file. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = "Checks a policy and prints every problem with its place and its remedy.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no errors (there may be warnings)", "1:errors", "2:wrong usage, or a file cannot be read"})
public final class LintCommand implements Callable<Integer> {
    private static final int ERRORS = 1;
    private static final int WRONG_USAGE = 2;
    /** Where {@code serve} looks for routes too. */
    private static final String OWN_ROUTES = "routes-xml-local";

    private final Clock clock;
    private final Map<String, String> environment;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "The policy: a path, file:PATH or classpath:NAME. Default: " + PolicyFile.VARIABLE
                    + ", else the example policy.")
    @Nullable
    String policy;

    @Option(names = "--json", description = "Print the problems as JSON.")
    boolean json;

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description = "Folder with routes of your own; a tier that only they serve counts as served. Default: "
                    + OWN_ROUTES + ", if there is such a folder.")
    @Nullable
    Path routes;

    @Option(
            names = "--require-keys",
            description =
                    "A provider whose key is not set is an error, not a warning: for the place where it is to run.")
    boolean requireKeys;

    /** A command with the system's clock and environment. */
    public LintCommand() {
        this(Clock.systemDefaultZone(), System.getenv());
    }

    /**
     * @param clock says which dates are past
     * @param environment the variables that placeholders and {@code LLM_ROUTER_POLICY} are taken from
     */
    public LintCommand(Clock clock, Map<String, String> environment) {
        this.clock = clock;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() {
        String name = PolicyFile.choose(policy, environment);
        if (routes != null && !Files.isDirectory(routes)) {
            return wrong("--routes " + routes + " is no folder. Name the folder that your route files lie in.");
        }
        Set<String> tiers;
        try {
            tiers = ServedTiers.of(routes == null ? Path.of(OWN_ROUTES) : routes);
        } catch (IOException | UncheckedIOException e) {
            return wrong("the routes cannot be read: " + e.getMessage());
        }
        try (ExpressionCompiler expressions = new ExpressionCompiler()) {
            PolicyCheck check = check(name, tiers, expressions);
            print(check);
            return check.hasErrors() ? ERRORS : 0;
        } catch (IOException e) {
            return wrong("the policy " + name + " cannot be read: " + PolicyFile.reason(name, e)
                    + ". Name it with --policy FILE or in " + PolicyFile.VARIABLE + ".");
        }
    }

    private PolicyCheck check(String name, Set<String> tiers, ExpressionCompiler expressions) throws IOException {
        PolicyLoader.Builder loader = PolicyLoader.builder(clock)
                .placeholders(placeholders())
                .expressions(expressions)
                .keysRequired(requireKeys)
                .availableSteps(LoadedPolicy.STEPS);
        if (!tiers.isEmpty()) {
            loader.servedTiers(tiers);
        }
        return loader.build().check(PolicyFile.resource(name).read(), name);
    }

    private Placeholders placeholders() {
        return Placeholders.ofEnvironment(environment)
                .orElse(name -> System.getProperty(name.startsWith("sys:") ? name.substring("sys:".length()) : name));
    }

    private void print(PolicyCheck check) {
        PrintWriter out = spec().commandLine().getOut();
        if (json) {
            out.println(check.json());
        } else {
            out.print(check.text());
            out.println(counted(check.count(Severity.UNUSABLE) + check.count(Severity.ERROR), "error") + ", "
                    + counted(check.count(Severity.WARNING), "warning"));
        }
        out.flush();
    }

    private static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private int wrong(String message) {
        PrintWriter err = spec().commandLine().getErr();
        err.println("lint: " + message);
        err.flush();
        return WRONG_USAGE;
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets the command's specification");
    }
}
