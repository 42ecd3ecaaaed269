package dev.llmrouter.cli;

import dev.llmrouter.classify.learned.Example;
import dev.llmrouter.classify.learned.Examples;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LearnedTrainer;
import dev.llmrouter.classify.learned.ModelFile;
import dev.llmrouter.classify.learned.TrainingSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the task classifier, or the difficulty gate. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Learns the task classifier from examples.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:the examples cannot teach", "2:wrong usage, file that cannot be written"})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class TrainCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "FILE", description = "JSON Lines, plain or gzip.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "MODEL", description = "File to write.")
    private Path target;

    @Option(
            names = "--seed",
            defaultValue = "1",
            paramLabel = "N",
            description = "Seed of all chance; default ${DEFAULT-VALUE}. The same seed and data give the same file.")
    private long seed;

    @Option(
            names = "--none",
            split = ",",
            defaultValue = "none,oos",
            paramLabel = "NAME",
            description = "Tasks of this name are examples of none of the tasks; default ${DEFAULT-VALUE}.")
    private Set<String> none;

    @Option(
            names = "--keep",
            defaultValue = "0.95",
            paramLabel = "SHARE",
            description = "Share of inputs of known tasks that must not be rejected; default ${DEFAULT-VALUE}.")
    private double keep;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (!(keep > 0 && keep <= 1)) {
            err.println("--keep is " + keep + "; allowed above 0 to 1.");
            return 2;
        }
        try {
            List<Example> examples = Examples.read(data);
            LearnedTrainer.Trained trained = new LearnedTrainer(new TrainingSettings(seed, none, keep), what -> {
                        err.println(what);
                        err.flush();
                    })
                    .train(examples);
            ModelFile.write(trained.model(), target);
            QualityText.print(trained, out);
            out.flush();
            return 0;
        } catch (ExamplesException e) {
            err.println(e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println(target + ": cannot be written (" + e.getClass().getSimpleName()
                    + "). Name a file in a directory that exists and may be written to.");
            return 2;
        }
    }
}
