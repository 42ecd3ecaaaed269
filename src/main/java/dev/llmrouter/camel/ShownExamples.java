package dev.llmrouter.camel;

import dev.llmrouter.classify.learned.ExamplesException;
import dev.llmrouter.classify.learned.LabelledExample;
import dev.llmrouter.classify.learned.TaskExamples;
import dev.llmrouter.policy.ClassifierSettings.Step;
import dev.llmrouter.policy.RoutingPolicy;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The examples that the classifying model of a policy is shown. Without any it goes by the tasks' descriptions. Safe for use
 * by many threads.
 */
final class ShownExamples {
    private static final Logger LOG = LoggerFactory.getLogger(ShownExamples.class);

    private final TaskExamples examples;
    private volatile List<LabelledExample> shown = List.of();
    private final SeenStamp seen = new SeenStamp(System::nanoTime);

    /** @param policyUri where the policy lies */
    ShownExamples(String policyUri) {
        this.examples = new TaskExamples(policyUri);
    }

    /** Reads them if they have changed. @return whether there are others now */
    synchronized boolean renew(RoutingPolicy policy) {
        boolean wanted = policy.classifier().chain().contains(Step.LLM)
                && policy.tasks().values().stream().anyMatch(task -> task.examples() != null);
        String stamp = wanted ? examples.stamp(policy) : "";
        if (!seen.isDue(stamp)) {
            return false;
        }
        try {
            shown = wanted ? List.copyOf(examples.read(policy, warning -> {})) : List.of();
            seen.see(stamp);
            return true;
        } catch (ExamplesException | RuntimeException e) {
            seen.see(stamp);
            LOG.warn(
                    "{}: the step 'llm' shows its model the examples it knew before: {}",
                    policy.source(),
                    e instanceof ExamplesException ? e.getMessage() : e.toString());
            return false;
        } catch (Error e) {
            seen.fail(stamp);
            LOG.error(
                    "{}: the step 'llm' shows its model the examples it knew before; others are tried again in {} s",
                    policy.source(),
                    SeenStamp.REST.toSeconds(),
                    e);
            return false;
        }
    }

    List<LabelledExample> shown() {
        return shown;
    }
}
