package dev.llmrouter.cli;

import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.classify.gate.TaskGates;
import dev.llmrouter.classify.learned.TaskExamples;
import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.evaluate.ScorerSpec;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Verify;
import dev.llmrouter.policy.load.Placeholders;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.policy.load.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code lint}: what is wrong with a policy? Exit code 0: no errors; 1: errors; 2: wrong usage or an unreadable file. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        description = "Checks a policy and prints every problem with its place and its remedy.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:no errors (there may be warnings)", "1:errors", "2:wrong usage, or a file cannot be read"})
public final class LintCommand extends ConsoleCommand {
    private static final int ERRORS = 1;

    private final Clock clock;
    private final Map<String, String> environment;

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
        try (ExpressionCompiler expressions = new ExpressionCompiler()) {
            PolicyCheck check = check(name, expressions);
            print(check);
            return check.hasErrors() ? ERRORS : 0;
        } catch (IOException e) {
            return wrong(PolicyFile.unreadable(name, e));
        }
    }

    private PolicyCheck check(String name, ExpressionCompiler expressions) throws IOException {
        PolicyLoader.Builder loader = PolicyLoader.builder(clock)
                .placeholders(placeholders())
                .expressions(expressions)
                .keysRequired(requireKeys)
                .availableSteps(LoadedPolicy.STEPS)
                .examples(new TaskExamples(name)::doubts)
                .gates(new TaskGates(name)::findings)
                .scorers(ScorerSpec::beanFault);
        return loader.build().check(PolicyFile.resource(name).read(), name);
    }

    private Placeholders placeholders() {
        return Placeholders.ofEnvironment(environment)
                .orElse(name -> System.getProperty(name.startsWith("sys:") ? name.substring("sys:".length()) : name));
    }

    private void print(PolicyCheck check) {
        PrintWriter out = out();
        if (json) {
            out.println(check.json());
        } else {
            out.print(check.text());
            notChecked(check).forEach(out::println);
            out.println(Counted.of(check.count(Severity.UNUSABLE) + check.count(Severity.ERROR), "error") + ", "
                    + Counted.of(check.count(Severity.WARNING), "warning"));
        }
        out.flush();
    }

    /** What only the application can know that the policy will run in: which beans its registry has. */
    private static List<String> notChecked(PolicyCheck check) {
        List<String> said = new ArrayList<>();
        RoutingPolicy read = check.policy();
        if (read == null) {
            return said;
        }
        for (Task task : read.tasks().values()) {
            Verify verify = task.verify();
            CrossCheck asked = verify == null ? null : verify.crossCheck();
            if (asked != null && asked.bean() != null) {
                said.add(bean("tasks." + task.name() + ".verify.bean", asked.bean(), "outputs count as not usable"));
            }
        }
        ClassifierSettings.Embedding embedding = read.classifier().embedding();
        if (embedding != null && embedding.bean() != null) {
            said.add(bean("classifier.embedding.bean", embedding.bean(), "the step 'embedding' knows nothing"));
        }
        return said;
    }

    private static String bean(String path, String name, String otherwise) {
        return "not checked: " + path + " names the bean '" + name
                + "'. Which beans there are only the application knows; without it " + otherwise + ".";
    }
}
