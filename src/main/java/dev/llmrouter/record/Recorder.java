package dev.llmrouter.record;

/** Takes finished requests. Implementations are safe for use by many threads and never throw for a fault of their own. */
@FunctionalInterface
public interface Recorder {
    void accept(RequestRecord request);
}
