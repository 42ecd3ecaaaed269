package dev.llmrouter.camel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a stream that was made for an exchange: {@link #GRACE} after the exchange is done one that nobody has subscribed to is
 * given up, with a warning. Else it would stay open for ever, paid and in no record: limits of time run for a subscriber only. It is
 * not given up at once, because who sends an exchange by a {@code ProducerTemplate} gets the stream when the exchange is done.
 */
final class UnclaimedStream extends SynchronizationAdapter {
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(UnclaimedStream.class);

    private final ReplyStream stream;
    private final String requestId;

    UnclaimedStream(ReplyStream stream, String requestId) {
        this.stream = stream;
        this.requestId = requestId;
    }

    @Override
    public void onDone(Exchange exchange) {
        if (!stream.isTaken()) {
            CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(this::giveUp);
        }
    }

    private void giveUp() {
        if (stream.giveUp()) {
            LOG.warn(
                    "Nobody subscribed to the stream that answers request {} within {} s after its exchange: it is given up."
                            + " Subscribe to the body, or leave out the exchange property {} for a whole answer.",
                    requestId,
                    GRACE.toSeconds(),
                    LlmRouterConstants.TAKES_STREAM);
        }
    }
}
