package dev.llmrouter.camel.files;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files of a folder of work are taken, by the end of their names; one whose results cannot be written is left alone for a
 * while, and so is one whose name has control characters, which could write lines of their own into the log. Of each other that lies there for a minute the log warns once; a younger one may still get the name it is to have.
 * Folders are neither taken nor warned of: results lie in one.
 */
public final class TakenFiles implements GenericFileFilter<Object>, CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(TakenFiles.class);
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Names to remember, and so warnings at most: a folder that is used for something else does not fill log and memory. */
    private static final int MAX_WARNINGS = 1_000;

    private final Clock clock;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    private @Nullable CamelContext camelContext;

    public TakenFiles() {
        this(Clock.systemUTC());
    }

    TakenFiles(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }

    @Override
    @SuppressWarnings("NullAway") // Camel sets it before it starts the route
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public boolean accept(GenericFile<Object> file) {
        if (file.isDirectory()) {
            return false; // Camel asks about folders too
        }
        if (CONTROLS.matcher(file.getFileName()).find()) {
            if (isNew(file)) {
                LOG.warn(
                        "{} is not taken: its name has control characters. Rename it.",
                        CONTROLS.matcher(file.getAbsoluteFilePath()).replaceAll("?"));
            }
            return false;
        }
        if (BatchInput.isTaken(file.getFileName())) {
            CamelContext camel = camelContext;
            return camel == null || !FileBatches.of(camel).rests(Path.of(file.getAbsoluteFilePath()));
        }
        boolean lies = file.getLastModified() <= clock.millis() - PATIENCE.toMillis();
        if (lies && isNew(file)) {
            LOG.warn(
                    "{} is not taken: a folder of work takes .jsonl, .txt and .json. Unpack or rename it, or move it away.",
                    file.getAbsoluteFilePath());
        }
        return false;
    }

    private boolean isNew(GenericFile<Object> file) {
        return warned.size() < MAX_WARNINGS && warned.add(file.getAbsoluteFilePath());
    }
}
