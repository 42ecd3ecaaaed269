package dev.llmrouter.record;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes every record as one line of JSON to the logger {@value #LOGGER}, at level INFO. */
public final class LogRecorder implements Recorder {
    /** Name of the logger, so that an operator can send it elsewhere or switch it off. */
    public static final String LOGGER = "llm.router.requests";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    @Override
    public void accept(RequestRecord request) {
        if (LOG.isInfoEnabled()) {
            LOG.info("{}", RecordJson.write(request));
        }
    }
}
