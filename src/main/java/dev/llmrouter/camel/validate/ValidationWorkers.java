package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.files.FileWorkers;

/** Threads that ask models; how many are busy, the places of a {@link ValidationRun} bound. */
public final class ValidationWorkers extends FileWorkers {
    public ValidationWorkers() {
        super("llm-validate-");
    }
}
