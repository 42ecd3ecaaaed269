package dev.llmrouter.camel;

import dev.llmrouter.classify.Classification;
import dev.llmrouter.classify.Classifier;
import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.LearnedClassifier;
import dev.llmrouter.classify.learned.LearnedModel;
import dev.llmrouter.classify.learned.LearnedTrainer;
import dev.llmrouter.classify.learned.ModelFile;
import dev.llmrouter.classify.learned.ModelFormatException;
import dev.llmrouter.classify.learned.TaskExamples;
import dev.llmrouter.classify.learned.TrainingSettings;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The learned classifier of a policy: trained from the examples that its tasks name, or read from the model file beside it
 * if that was made from the same examples. What goes wrong is a warning; the model before stays. Safe for use by many threads.
 */
final class LearnedStep {
    private static final Logger LOG = LoggerFactory.getLogger(LearnedStep.class);

    private final TaskExamples examples;
    private volatile @Nullable LearnedModel model;
    private final SeenStamp seen = new SeenStamp(System::nanoTime);

    /** @param policyUri where the policy lies */
    LearnedStep(String policyUri) {
        this.examples = new TaskExamples(policyUri);
    }

    /** Learns again if the examples have changed, which takes seconds. @return whether there is another model now */
    synchronized boolean renew(RoutingPolicy policy) {
        if (!isWanted(policy)) {
            boolean wasThere = model != null;
            model = null;
            seen.see("");
            return wasThere;
        }
        String stamp = examples.stamp(policy);
        if (!seen.isDue(stamp)) {
            return false;
        }
        try {
            boolean isOther = learn(policy);
            seen.see(stamp);
            return isOther;
        } catch (ExamplesException | RuntimeException e) {
            seen.see(stamp);
            LOG.warn(
                    "{}: the step 'learned' {}: {}",
                    policy.source(),
                    model == null ? "is not available" : "goes on with what it learned before",
                    e instanceof ExamplesException ? e.getMessage() : e.toString());
            return false;
        } catch (Error e) {
            seen.fail(stamp);
            LOG.error(
                    "{}: the step 'learned' {}, and is tried again in {} s",
                    policy.source(),
                    model == null ? "is not available" : "goes on with what it learned before",
                    SeenStamp.REST.toSeconds(),
                    e);
            return false;
        }
    }

    private static boolean isWanted(RoutingPolicy policy) {
        return policy.classifier().chain().contains(Step.LEARNED);
    }

    private boolean learn(RoutingPolicy policy) throws ExamplesException {
        List<LabelledExample> read = examples.read(policy, warning -> LOG.warn("{}: {}", policy.source(), warning));
        TrainingSettings settings = TaskExamples.settings(policy);
        String id = TaskExamples.id(read, settings);
        LearnedModel before = model;
        if (before != null && before.id().equals(id)) {
            return false;
        }
        LearnedModel kept = kept(id);
        if (kept != null) {
            model = kept;
            LOG.info("{}: the step 'learned' uses the model {} beside it", policy.source(), id);
            return true;
        }
        long start = System.nanoTime();
        LearnedTrainer.Trained trained =
                new LearnedTrainer(settings, what -> LOG.debug("{}: {}", policy.source(), what)).train(read);
        model = trained.model();
        LOG.info(
                "{}: the step 'learned' has learned {} tasks from {} examples in {} s; accuracy on examples held out: {}",
                policy.source(),
                trained.model().tasks().size(),
                read.size(),
                String.format(Locale.ROOT, "%.1f", (System.nanoTime() - start) / 1e9),
                String.format(Locale.ROOT, "%.2f", trained.quality().accuracy()));
        trained.quality().missingNone().ifPresent(caution -> LOG.warn("{}: {}", policy.source(), caution));
        if (trained.quality().isMeasurable()) {
            trained.quality().cautions().forEach(caution -> LOG.warn("{}: {}", policy.source(), caution));
        }
        return true;
    }

    private @Nullable LearnedModel kept(String id) {
        Path file = examples.modelFile();
        if (file == null || !Files.isReadable(file)) {
            return null;
        }
        try {
            LearnedModel read = ModelFile.read(file);
            if (read.id().equals(id)) {
                return read;
            }
            LOG.info("{} was made from other examples and is not used; 'train --policy' makes it anew", file);
        } catch (IOException | ModelFormatException e) {
            LOG.warn("{} is not used: {}", file, e.getMessage());
        }
        return null;
    }

    /** The step for the chain of a policy; empty if there is no model or the policy does not want it. */
    Map<Step, Classifier> steps(RoutingPolicy policy) {
        LearnedModel learned = model;
        if (learned == null || !isWanted(policy)) {
            return Map.of();
        }
        LearnedClassifier classifier =
                new LearnedClassifier(learned, policy.classifier().minConfidence(Step.LEARNED));
        return Map.of(Step.LEARNED, (input, trace) -> {
            Optional<Classification> found = classifier.classify(input, trace);
            // a model from before a change of the policy may know a task that is gone
            return found.filter(known -> known.task() != null && policy.tasks().containsKey(known.task()));
        });
    }
}
