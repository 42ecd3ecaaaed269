package dev.llmrouter.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Option {@code --evidence}: a folder that is wrong reads as if there were no evidence. */
final class EvidenceOption {
    private EvidenceOption() {}

    /**
     * Why it cannot be meant, and what to do; null if it can, or none is named.
     *
     * @param mayBeMade whether the command makes the folder where there is none
     */
    static @Nullable String fault(@Nullable Path folder, boolean mayBeMade) {
        if (folder == null || Files.isDirectory(folder) || mayBeMade && Files.notExists(folder)) {
            return null;
        }
        return "--evidence " + folder + ": " + (Files.exists(folder) ? "is a file" : "there is no such folder")
                + ". Name the folder with the evidence, or leave the option out.";
    }
}
