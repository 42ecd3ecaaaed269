package dev.llmrouter.classify.learned;

import java.io.IOException;

/** A file is no data set: a folder, or not in UTF-8. The message names it and says what to do. */
public final class DataFileException extends IOException {
    private static final long serialVersionUID = 1L;

    DataFileException(String message) {
        super(message);
    }
}
