package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.classify.learned.ConfidenceText;
import dev.llmrouter.classify.learned.Examples;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.LearnedModel;
import dev.llmrouter.classify.learned.ModelFile;
import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.classify.learned.Prediction;
import dev.llmrouter.classify.learned.UnreadableDataException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Names the task of each input of a data set with a trained model. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description = "Names the task of each input of a data set, or none where no task fits.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:some lines of the data set could not be used",
            "2:wrong usage, a model or data set that cannot be read, or data without an example"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class ClassifyCommand extends ConsoleCommand {
    @Option(names = "--model", required = true, paramLabel = "MODEL", description = "Model that 'train' has written.")
    private Path model;

    @Option(names = "--data", required = true, paramLabel = "FILE", description = "JSON Lines, plain or gzip.")
    private Path data;

    @Option(names = "--json", description = "A line of JSON per input.")
    private boolean json;

    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public Integer call() {
        PrintWriter out = out();
        PrintWriter err = err();
        LearnedModel learned;
        try {
            learned = ModelFile.read(model);
        } catch (ModelFormatException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IOException e) {
            err.println(model + ": cannot be read (" + e.getClass().getSimpleName()
                    + "). Name a model that 'train --data FILE --out MODEL' has written.");
            return 2;
        }
        try {
            if (Examples.forEach(data, example -> print(example, learned.predict(example.text()), out)) == 0) {
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

    private void print(LabelledExample example, Prediction prediction, PrintWriter out) {
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%s\t%s\t%s%n",
                    example.id(),
                    prediction.task() == null ? "-" : prediction.task(),
                    ConfidenceText.of(prediction.confidence(), 3));
            return;
        }
        ObjectNode line = mapper.createObjectNode();
        line.put("id", example.id());
        line.put("task", prediction.task());
        line.put("confidence", rounded(prediction.confidence()));
        ArrayNode top = line.putArray("top");
        prediction
                .top()
                .forEach(ranked -> top.addObject().put("task", ranked.task()).put("p", rounded(ranked.probability())));
        out.println(line);
    }

    private static double rounded(double p) {
        return Math.rint(p * 1e6) / 1e6;
    }
}
