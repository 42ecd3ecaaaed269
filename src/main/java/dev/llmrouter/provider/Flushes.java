package dev.llmrouter.provider;

import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * When what has been written leaves a connection: not at once, but when the event loop has worked on all that has come in. So
 * what goes out goes out together, and whoever receives on the same machine is woken once for many messages and not once for each, which
 * costs the sender more than the sending. A loop with one message to work on sends it as soon as before.
 */
public final class Flushes {
    private Flushes() {}

    /** From now on, for a new connection of a server or a client. */
    public static void together(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            base.channel()
                    .pipeline()
                    .addFirst(new FlushConsolidationHandler(
                            FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true));
        }
    }
}
