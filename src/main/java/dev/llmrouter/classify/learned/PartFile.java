package dev.llmrouter.classify.learned;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that is written beside another and then takes its place. It may be read by whom the process lets read its files (its umask),
 * unlike a temporary file of Java, which nobody else may: gateways often run as another user than who proves and trains.
 */
public final class PartFile {
    private static final int MOST = 10_000;

    private PartFile() {}

    /**
     * Makes one, empty, with a name that no other process has taken.
     *
     * @param file that it is to replace; its folder must be there
     */
    public static Path beside(Path file) throws IOException {
        FileAlreadyExistsException last = null;
        for (int i = 0; i < MOST; i++) {
            try {
                return Files.createFile(file.toAbsolutePath().resolveSibling(".new-" + i + ".part"));
            } catch (FileAlreadyExistsException e) {
                last = e; // somebody writes too, or was killed while he did
            }
        }
        throw new IOException("the folder of " + file + " is full of files that end with .part; remove them", last);
    }
}
