package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.classify.gate.DifficultyGate;
import dev.llmrouter.classify.gate.GateFile;
import dev.llmrouter.classify.learned.Examples;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.classify.learned.UnreadableDataException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says for each input of a data set how much more the stronger model is worth. Recorded outputs are not looked at. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = "Says for each input of a data set how much more the stronger model is worth.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:some lines of the data set could not be used",
            "2:wrong usage, a gate or data set that cannot be read, or data without an example"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ScoreCommand extends ConsoleCommand {
    @Option(names = "--gate", required = true, paramLabel = "GATE", description = "Gate that 'train' has written.")
    private Path gate;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "JSON Lines, plain or gzip.")
    private Path data;

    @Option(names = "--json", description = "A line of JSON per input.")
    private boolean json;

    @Option(names = "--explain", description = "Adds the reasons that count most.")
    private boolean explain;

    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public Integer call() {
        PrintWriter out = out();
        PrintWriter err = err();
        DifficultyGate kept;
        try {
            kept = GateFile.read(gate).gate();
        } catch (ModelFormatException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println(gate + ": cannot be read (" + e.getClass().getSimpleName()
                    + "). Name a gate that 'train --difficulty' has written.");
            return 2;
        }
        try {
            if (Examples.forEach(data, example -> print(example, kept, out)) == 0) {
                return wrong(data + ": holds no example. Give JSON Lines with an 'input' in each.");
            }
            return 0;
        } catch (UnreadableDataException e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (ExamplesException e) {
            err.println(e.getMessage());
            return 1;
        } finally {
            out.flush();
        }
    }

    private void print(LabelledExample example, DifficultyGate kept, PrintWriter out) {
        double score = kept.score(example.text(), example.task());
        if (!json) {
            out.println(String.format(Locale.ROOT, "%s\t%.5f", example.id(), score));
            if (explain) {
                kept.explain(example.text(), example.task()).forEach(reason -> out.println("\t" + reason));
            }
            return;
        }
        ObjectNode line = mapper.createObjectNode();
        line.put("id", example.id());
        line.put("score", score);
        if (explain) {
            ArrayNode reasons = line.putArray("reasons");
            kept.explain(example.text(), example.task()).forEach(reasons::add);
        }
        out.println(line);
    }
}
