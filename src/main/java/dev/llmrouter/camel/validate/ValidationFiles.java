package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.files.FileStamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data set as it was found when its validation began, and the files beside it that say what came of it. They are always of the
 * last validation: those of an earlier one are deleted first, so that no verdict lies beside a file that it is not about.
 *
 * @param stamp which file it was
 */
record ValidationFiles(Path data, FileStamp stamp) {
    private static final Logger LOG = LoggerFactory.getLogger(ValidationFiles.class);
    private static final String PROPERTY = "CamelLlmRouterValidationFiles";
    private static final String HTML = ".report.html";
    private static final String MARKDOWN = ".report.md";
    private static final String VERDICT = ".verdict.json";

    /**
     * Begins: what an earlier validation said about a file of this name is deleted.
     *
     * @throws IllegalArgumentException if the data set is a folder
     * @throws IOException if an earlier report cannot be deleted
     */
    static ValidationFiles open(Exchange exchange, Path data) throws IOException {
        if (Files.isDirectory(data)) {
            throw new IllegalArgumentException(
                    "the data set " + data + " is a folder. Name a JSON Lines file in UTF-8, plain or gzip.");
        }
        ValidationFiles files = new ValidationFiles(data, FileStamp.of(data));
        exchange.setProperty(PROPERTY, files);
        files.clear();
        return files;
    }

    /** Those of the last validation of this exchange; null if it had no data set. */
    static @Nullable ValidationFiles of(Exchange exchange) {
        return (ValidationFiles) exchange.getProperty(PROPERTY);
    }

    static void forget(Exchange exchange) {
        exchange.removeProperty(PROPERTY);
    }

    /** What to say if the data set is not what it was when the validation began, so that no verdict is about it; null if it is. */
    @Nullable
    String change() throws IOException {
        return switch (stamp.find(data)) {
            case SAME -> null;
            case WRITTEN ->
                data
                        + " was written to while it was validated, so that there is no verdict about it. Validate it when it is"
                        + " whole; answers that were paid for are kept";
            case REPLACED ->
                data
                        + " was replaced or taken away while it was validated, so that there is no verdict about it. Validate the"
                        + " file that is there; answers that were paid for are kept";
        };
    }

    /** Writes what came of it. @return the HTML report */
    Path report(String html, String markdown, String json) throws IOException {
        Files.writeString(beside(MARKDOWN), markdown);
        Files.writeString(beside(VERDICT), json);
        return Files.writeString(beside(HTML), html);
    }

    /** Writes why nothing came of it. Where that cannot be written the log says so; the verdict does not change. */
    void end(String json) {
        try {
            clear();
            Files.writeString(beside(VERDICT), json);
        } catch (IOException e) {
            LOG.warn("The verdict on {} cannot be written", data, e);
        }
    }

    /** Deletes all that was said about it. */
    void clear() throws IOException {
        for (String ending : List.of(HTML, MARKDOWN, VERDICT)) {
            Files.deleteIfExists(beside(ending));
        }
    }

    private Path beside(String ending) {
        return data.resolveSibling(data.getFileName() + ending);
    }
}
