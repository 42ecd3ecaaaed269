package dev.llmrouter.camel.files;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files of a folder of work are taken, by the end of their names. Of each other that lies there for a minute the log warns
 * once; a younger one may still get the name it is to have.
 */
public final class TakenFiles implements GenericFileFilter<Object> {
    private static final Logger LOG = LoggerFactory.getLogger(TakenFiles.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Names to remember, and so warnings at most: a folder that is used for something else does not fill log and memory. */
    private static final int MAX_WARNINGS = 1_000;

    private final Clock clock;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    public TakenFiles() {
        this(Clock.systemUTC());
    }

    TakenFiles(Clock clock) {
        this.clock = clock;
    }

    @Override
    public boolean accept(GenericFile<Object> file) {
        if (BatchInput.isTaken(file.getFileName())) {
            return true;
        }
        boolean lies = file.getLastModified() <= clock.millis() - PATIENCE.toMillis();
        if (lies && warned.size() < MAX_WARNINGS && warned.add(file.getAbsoluteFilePath())) {
            LOG.warn(
                    "{} is not taken: a folder of work takes .jsonl, .txt and .json. Unpack or rename it, or move it away.",
                    file.getAbsoluteFilePath());
        }
        return false;
    }
}
