package dev.llmrouter.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that a command will write: looked at before the work begins that it is for. */
final class WrittenFile {
    private WrittenFile() {}

    /** Why the file cannot be written, and what to do; null if it seems it can, or none is named. */
    static @Nullable String fault(String option, @Nullable Path file) {
        if (file == null) {
            return null;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            return option + " " + file + ": is a folder. Name a file in it.";
        }
        if (!Files.isDirectory(folder)) {
            return option + " " + file + ": the folder " + folder + " does not exist. Make it, or name another.";
        }
        if (!Files.isWritable(folder) && !Files.isWritable(file)) {
            return option + " " + file + ": nothing may be written in the folder " + folder
                    + ". Allow it, or name another.";
        }
        return null;
    }
}
