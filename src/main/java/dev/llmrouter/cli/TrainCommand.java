package dev.llmrouter.cli;

import dev.llmrouter.classify.gate.GateFile;
import dev.llmrouter.classify.gate.GateThreshold;
import dev.llmrouter.classify.gate.GateTrainer;
import dev.llmrouter.classify.gate.Outcome;
import dev.llmrouter.classify.gate.RiskControl;
import dev.llmrouter.classify.learned.Examples;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.LearnedTrainer;
import dev.llmrouter.classify.learned.ModelFile;
import dev.llmrouter.classify.learned.PartFile;
import dev.llmrouter.classify.learned.TaskExamples;
import dev.llmrouter.classify.learned.TrainingSettings;
import dev.llmrouter.classify.learned.UnreadableDataException;
import dev.llmrouter.evaluate.Scorers;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyException;
import dev.llmrouter.report.QualityPage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the task classifier, or the difficulty gate. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Learns the task classifier from examples, or the difficulty gate from recorded outputs.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the examples cannot teach",
            "2:wrong usage, file that cannot be written, data or a policy that cannot be read or used"
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class TrainCommand extends ConsoleCommand {
    /** Each learns a model of its own, and needs the memory of one. */
    private static final int MAX_THREADS = 4;

    @Option(names = "--data", paramLabel = "FILE", description = "JSON Lines, plain or gzip.")
    private @Nullable Path data;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Learns from the examples that the policy's tasks name, in place of --data, as the gateway does.")
    private @Nullable Path policy;

    @Option(
            names = "--out",
            paramLabel = "MODEL",
            description =
                    "File to write. With --policy, by default the one beside the policy that the gateway looks for.")
    private @Nullable Path target;

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

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "Writes the quality report with plots: one page that loads nothing from elsewhere.")
    private @Nullable Path report;

    @Option(names = "--json", description = "Prints the figures as JSON.")
    private boolean json;

    @Option(
            names = "--difficulty",
            description =
                    "Learns the difficulty gate from recorded outputs instead: how much more the stronger model is "
                            + "worth for an input.")
    private boolean difficulty;

    @Option(names = "--weak", paramLabel = "MODEL", description = "The cheaper model, with --difficulty.")
    private @Nullable String weak;

    @Option(names = "--strong", paramLabel = "MODEL", description = "The stronger model, with --difficulty.")
    private @Nullable String strong;

    @Option(
            names = "--margin",
            defaultValue = "0.03",
            paramLabel = "SHARE",
            description = "Quality loss that is acceptable, as a share of outputs; default ${DEFAULT-VALUE}.")
    private double margin;

    @Option(
            names = "--confidence",
            defaultValue = "0.95",
            paramLabel = "SHARE",
            description = "With which the loss must stay within the margin; default ${DEFAULT-VALUE}.")
    private double confidence;

    @Override
    public Integer call() {
        String fault = fault();
        if (fault != null) {
            err().println(fault);
            return 2;
        }
        long start = System.nanoTime();
        try {
            if (policy != null) {
                trainFor(policy);
            } else if (difficulty) {
                trainGate(Examples.read(Objects.requireNonNull(data)));
            } else {
                TrainingSettings settings = new TrainingSettings(seed, none, keep);
                trainClassifier(Examples.read(Objects.requireNonNull(data)), settings, Objects.requireNonNull(target));
            }
            out().flush();
            progress(String.format(Locale.ROOT, "took %.1f s", (System.nanoTime() - start) / 1e9));
            return 0;
        } catch (UnreadableDataException e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (ExamplesException e) {
            err().println(e.getMessage());
            return 1;
        } catch (PolicyException e) {
            err().println(e.getMessage());
            return 2;
        } catch (PolicyFile.Unreadable e) {
            return wrong(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return wrong("a file cannot be written: " + Explained.reason(e)
                    + ". Make room, or name a file in a folder that exists and may be written to.");
        }
    }

    private @Nullable String fault() {
        if ((data == null) == (policy == null)) {
            return "train needs either --data FILE or --policy FILE; see train --help.";
        }
        if (policy == null && target == null) {
            return "--out MODEL is missing; see train --help.";
        }
        if (policy != null && (difficulty || isSet("--seed") || isSet("--none") || isSet("--keep"))) {
            return "--policy trains as the gateway does: --difficulty, --seed, --none and --keep go with --data only.";
        }
        if (!(keep > 0 && keep <= 1)) {
            return "--keep is " + keep + "; allowed above 0 to 1.";
        }
        if (!(margin > 0 && margin < 1)) {
            return "--margin is " + margin + "; allowed above 0 to below 1.";
        }
        if (!(confidence > 0 && confidence < 1)) {
            return "--confidence is " + confidence + "; allowed above 0 to below 1.";
        }
        if (difficulty && (weak == null || strong == null || weak.equals(strong))) {
            return "--difficulty needs --weak MODEL and --strong MODEL, two models whose outputs the data set records.";
        }
        if (!difficulty && (weak != null || strong != null)) {
            return "--weak and --strong go with --difficulty only. Add it, or leave them out.";
        }
        if (difficulty && report != null) {
            return "--report is for the task classifier; the gate's quality is printed. Leave it out.";
        }
        Path model = policy == null ? null : new TaskExamples(policy.toString()).modelFile();
        WrittenFiles files = new WrittenFiles().reads("--data", data).reads("--policy", policy);
        files.writes("--out", target).makes("the model", target == null ? model : null);
        return files.writes("--report", report).fault();
    }

    private boolean isSet(String option) {
        return commandLine().getParseResult().hasMatchedOption(option);
    }

    private void trainFor(Path file) throws ExamplesException, IOException {
        RoutingPolicy routing = PolicyFile.loadWithoutSecrets(file, Clock.systemDefaultZone());
        WrittenFiles files = new WrittenFiles();
        SuggestOptions.examplesOf(routing, file).forEach(set -> files.reads("the examples", set));
        String place = files.writes("--out", target).writes("--report", report).fault();
        if (place != null) {
            throw new UnreadableDataException(place);
        }
        TaskExamples examples = new TaskExamples(file.toString());
        Path out = target == null ? examples.modelFile() : target;
        if (out == null) {
            throw new ExamplesException("a policy on the class path has no place for a model; give --out MODEL.");
        }
        trainClassifier(examples.read(routing, this::progress), TaskExamples.settings(routing), out);
        progress("model: " + out);
    }

    private void trainClassifier(List<LabelledExample> examples, TrainingSettings settings, Path out)
            throws ExamplesException, IOException {
        LearnedTrainer.Trained trained = new LearnedTrainer(settings, this::progress, threads()).train(examples);
        ModelFile.write(trained.model(), out);
        if (report != null) {
            PartFile.writeText(report, QualityPage.of(trained.model().id(), trained.quality()));
        }
        if (json) {
            out().println(TrainingJson.of(trained, out, report));
        } else {
            QualityText.print(trained, out());
        }
    }

    private void trainGate(List<LabelledExample> examples) throws ExamplesException, IOException {
        String cheap = Objects.requireNonNull(weak);
        String good = Objects.requireNonNull(strong);
        List<Outcome> outcomes = Outcome.of(examples, cheap, good, Scorers.normalised()::score);
        List<String> warnings = new ArrayList<>(leftOut(examples, List.of(cheap, good), outcomes.size()));
        int least = RiskControl.least(margin, confidence);
        int keptApart = outcomes.size() / GateTrainer.KEPT_APART;
        if (keptApart < least) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "about %d of the %d inputs will be kept apart to prove a threshold. At a margin of %.3f and %.0f %%"
                            + " confidence at least %d are needed, even without a single loss: the gate cannot open. Record"
                            + " some %d inputs, or allow a wider margin.",
                    keptApart,
                    outcomes.size(),
                    margin,
                    100 * confidence,
                    least,
                    (long) least * GateTrainer.KEPT_APART));
        }
        warnings.forEach(warning -> err().println("Warning: " + warning));
        GateTrainer.Trained trained = new GateTrainer(seed, this::progress).train(outcomes, cheap, good);
        GateThreshold threshold = trained.gate().thresholdFor(margin, confidence);
        Path file = Objects.requireNonNull(target);
        GateFile.write(new GateFile.Kept(trained.gate(), threshold), file);
        if (json) {
            warnings.addAll(GateText.cautions(trained, threshold, cheap, good));
            out().println(TrainingJson.of(trained, threshold, file, List.of(cheap, good), warnings));
        } else {
            GateText.print(trained, threshold, cheap, good, out());
        }
    }

    /** What the gate is measured on is not all that the models were asked. */
    private static List<String> leftOut(List<LabelledExample> examples, List<String> models, int counted) {
        long asked = examples.stream()
                .filter(example -> models.stream().anyMatch(example.outputs()::containsKey))
                .count();
        if (asked <= counted) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "%,d of %,d examples with an output of either model have no score for both, and are left out: nothing is"
                        + " shown about inputs like these. Record what is missing; a call that failed as {\"error\": \"...\"},"
                        + " which is worth 0.",
                asked - counted,
                asked));
    }

    private static int threads() {
        return Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    }

    private void progress(String what) {
        err().println(what);
        err().flush();
    }
}
