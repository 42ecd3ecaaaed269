package dev.llmrouter.camel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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

    /** In an exchange of the gateway, which takes the stream when all of its route is over. */
    private static final Duration GRACE_OF_GATEWAY = Duration.ofMinutes(10);

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
            boolean ofGateway = exchange.getProperty(LlmRouterConstants.CANCELLATION) != null;
            Duration grace = ofGateway ? GRACE_OF_GATEWAY : GRACE;
            CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> giveUp(grace));
        }
    }

    private void giveUp(Duration grace) {
        boolean isGivenUp;
        try {
            isGivenUp = stream.giveUp();
        } catch (RejectedExecutionException e) {
            LOG.debug("The context has stopped, and counted this stream among those that had not ended", e);
            return;
        }
        if (isGivenUp) {
            LOG.warn(
                    "Nobody subscribed to the stream that answers request {} within {} s after its exchange: it is given up."
                            + " Subscribe to the body, or leave out the exchange property {} for a whole answer.",
                    requestId,
                    grace.toSeconds(),
                    LlmRouterConstants.TAKES_STREAM);
        }
    }
}
