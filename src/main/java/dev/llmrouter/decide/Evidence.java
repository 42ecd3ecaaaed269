package dev.llmrouter.decide;

import dev.llmrouter.policy.Task;
import java.time.LocalDate;

/** Knows which models are proven to serve which task well enough. Safe for use by many threads; asking reads no file. */
@FunctionalInterface
public interface Evidence {
    /** Nothing is proven. */
    Evidence NONE = (task, model, today) -> EvidenceFinding.MISSING;

    /** What is known of a model for a task. @param today the day on which it has to hold */
    EvidenceFinding of(Task task, String model, LocalDate today);
}
