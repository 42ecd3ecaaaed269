package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.llmrouter.policy.AccessKeys;
import java.io.PrintWriter;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code key}: makes a key for a caller of the gateway. Standard output has two lines: the key, which is stored nowhere,
 * and the entry for {@code keys} of the policy, which holds its hash. Exit code 0: done; 2: wrong usage.
 */
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        description = "Makes a key that an application calls the gateway with, and its entry for the policy.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "2:wrong usage"})
public final class KeyCommand extends ConsoleCommand {

    private final SecureRandom random;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            required = true,
            description = "Who calls with it; stands in records and meters.")
    String name = "";

    @Option(names = "--json", description = "Print the key and the entry as JSON.")
    boolean json;

    public KeyCommand() {
        this(new SecureRandom());
    }

    /** @param random where the key's bits come from */
    public KeyCommand(SecureRandom random) {
        this.random = random;
    }

    @Override
    public Integer call() {
        PrintWriter err = err();
        AccessKeys.Generated generated;
        try {
            generated = AccessKeys.generate(name, random);
        } catch (IllegalArgumentException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
        PrintWriter out = out();
        if (json) {
            out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("key", generated.key())
                    .put("yaml", generated.yaml()));
            out.flush();
            return 0;
        }
        tell(err, "The key, shown only now. Give it to the caller:");
        tell(out, generated.key());
        tell(err, "Its entry under 'keys:' of the policy (add tasks, tiers or models to narrow what it may use):");
        tell(out, generated.yaml());
        return 0;
    }

    private static void tell(PrintWriter writer, String line) {
        writer.println(line);
        writer.flush();
    }
}
