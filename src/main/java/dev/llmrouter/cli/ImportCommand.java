package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.evaluate.Counted;
import dev.llmrouter.policy.convert.Converted;
import dev.llmrouter.policy.convert.ForeignConfigs;
import dev.llmrouter.policy.convert.NotConvertibleException;
import dev.llmrouter.policy.convert.Remark;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.policy.load.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code import}: a configuration of another gateway as a policy, and line by line what of it has no counterpart. Exit code
 * 0: converted; 1: nothing of it can be converted; 2: wrong usage, or a file that cannot be
 * read or written.
 */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description =
                "Writes a policy from a configuration of LiteLLM's proxy or Portkey's gateway, and lists what has no counterpart.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:converted",
            "1:nothing of it can be converted",
            "2:wrong usage, or a file that is not there, is there already, or cannot be read or written"
        })
final class ImportCommand extends ConsoleCommand {
    private static final int NOTHING = 1;

    private final Clock clock;

    @Option(
            names = "--from",
            paramLabel = "GATEWAY",
            required = true,
            description = "Whose configuration it is: litellm (YAML) or portkey (JSON).")
    private String from = "";

    @Parameters(paramLabel = "FILE", description = "The configuration.")
    private Path file = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "File to write the policy to, which must not be there yet. Default: standard output.")
    private @Nullable Path target;

    @Option(names = "--json", description = "Print policy, remarks and what lint says as JSON.")
    private boolean json;

    ImportCommand() {
        this(Clock.systemDefaultZone());
    }

    /** @param clock says the day that prices get */
    ImportCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        ForeignConfigs.From gateway = switch (from.toLowerCase(Locale.ROOT)) {
            case "litellm" -> ForeignConfigs.From.LITELLM;
            case "portkey" -> ForeignConfigs.From.PORTKEY;
            default ->
                throw new ParameterException(commandLine(), "--from is '" + from + "'; known are litellm and portkey.");
        };
        if (!Files.isRegularFile(file)) {
            throw new ParameterException(commandLine(), "There is no file " + file + ".");
        }
        PrintWriter err = err();
        Converted converted;
        try {
            converted = ForeignConfigs.convert(
                    gateway, Files.readString(file), String.valueOf(file.getFileName()), LocalDate.now(clock));
        } catch (CharacterCodingException e) {
            throw new ParameterException(
                    commandLine(), file + " is not in UTF-8. Save it so, or convert it: iconv -f UTF-16 -t UTF-8.");
        } catch (IOException e) {
            throw new ParameterException(
                    commandLine(), "The configuration cannot be read: " + Explained.reason(e) + ".");
        } catch (NotConvertibleException e) {
            if (json) {
                PrintWriter out = out();
                out.println(json(e));
                out.flush();
            }
            err.println("import: " + e.getMessage());
            if (!json) {
                print(err, e.remarks());
            }
            err.flush();
            return NOTHING;
        }
        if (target != null) {
            write(target, converted.policy());
        }
        String name = target == null ? "the policy" : target.toString();
        PolicyCheck check = PolicyLoader.builder(clock).build().check(converted.policy(), name);
        PrintWriter out = out();
        if (json) {
            out.println(json(converted, check));
            out.flush();
            return 0;
        }
        if (target == null) {
            out.print(converted.policy());
            out.flush();
        }
        // the policy alone goes to standard output
        print(err, converted.remarks());
        err.println(
                Counted.of(converted.remarks().size(), "remark") + ". A person has to say what lint still asks for ("
                        + Counted.of(check.count(Severity.UNUSABLE) + check.count(Severity.ERROR), "error") + ", "
                        + Counted.of(check.count(Severity.WARNING), "warning") + "): lint --policy "
                        + (target == null ? "FILE" : target));
        err.flush();
        return 0;
    }

    private void print(PrintWriter err, List<Remark> remarks) {
        for (Remark remark : remarks) {
            err.println(file.getFileName() + ":" + remark.line() + ": "
                    + (remark.path().isEmpty() ? "" : remark.path() + ": ") + remark.text());
        }
    }

    private static void write(Path to, String policy) {
        try {
            PartFile.writeNew(to, policy);
        } catch (FileAlreadyExistsException e) {
            throw new IllegalArgumentException(to + " is there already: name another file, or remove it");
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no folder for " + to + ": make it, or name another file");
        } catch (IOException e) {
            throw new IllegalArgumentException("the policy cannot be written: " + Explained.reason(e)
                    + ". Make room, or name another file with --out");
        }
    }

    private static String json(Converted converted, PolicyCheck check) throws IOException {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("policy", converted.policy());
        root.set("remarks", json(converted.remarks()));
        root.set("lint", new com.fasterxml.jackson.databind.ObjectMapper().readTree(check.json()));
        return root.toPrettyString();
    }

    private static String json(NotConvertibleException nothing) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putNull("policy");
        root.put("error", nothing.getMessage());
        root.set("remarks", json(nothing.remarks()));
        return root.toPrettyString();
    }

    private static ArrayNode json(List<Remark> remarks) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Remark remark : remarks) {
            array.addObject()
                    .put("line", remark.line())
                    .put("path", remark.path())
                    .put("text", remark.text());
        }
        return array;
    }
}
