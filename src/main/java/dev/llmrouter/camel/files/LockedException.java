package dev.llmrouter.camel.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Another process works on a file: nothing is wrong, and it is taken up where that process ends before it is done. */
final class LockedException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param lock that the other one has */
    LockedException(Path lock) {
        super(lock + " is locked by another process, which works on the file; it is looked at again every "
                + TimeUnit.NANOSECONDS.toSeconds(FileBatches.REST_NANOS) + " s");
    }
}
