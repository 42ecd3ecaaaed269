package dev.llmrouter.boot;

import org.springframework.boot.logging.LoggingSystem;

/** Keeps the log silent where standard output belongs to somebody else. */
public final class Quiet {
    private Quiet() {}

    /** No log line is written from here on, until an application sets up its own logging. */
    public static void keepLogOffTheOutput() {
        LoggingSystem.get(Quiet.class.getClassLoader()).beforeInitialize();
    }
}
