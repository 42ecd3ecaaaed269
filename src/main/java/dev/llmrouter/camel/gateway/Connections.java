package dev.llmrouter.camel.gateway;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.provider.Flushes;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of one event loop, to close those that nothing happens on: soon where no request is under way, and else
 * only after the longest time that a policy in use gives a request. Belongs to that event loop.
 */
final class Connections {
    /** For reading the request and writing the answer, beside what the policy gives. */
    private static final Duration SPARE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final Map<HttpConnection, Watched> open = new IdentityHashMap<>();

    private static final class Watched {
        private int requests;
        private boolean ends;
        private long activeNanos = System.nanoTime();
    }

    /**
     * How long a connection with a request under way may be silent: twice the longest timeout of a tier, because an output
     * that is not usable is asked for again, and some time to read and write.
     */
    static Duration longestSilence(Collection<RoutingPolicy> policies) {
        return policies.stream()
                .flatMap(policy -> policy.tiers().values().stream())
                .map(Tier::timeout)
                .max(Duration::compareTo)
                .orElse(Duration.ofSeconds(600))
                .multipliedBy(2)
                .plus(SPARE);
    }

    void opened(HttpConnection connection) {
        open.put(connection, new Watched());
        Flushes.together(connection);
        connection.closeHandler(closed -> open.remove(connection));
        // who leaves is noticed by his response; without a handler Vert.x logs an error
        // its message may quote what the caller sent, the key in its header too
        connection.exceptionHandler(broken ->
                LOG.debug("A caller's connection broke: {}", broken.getClass().getName()));
    }

    /** The answer to this request is the last one on its connection: what has been read behind it is not looked at. */
    void ends(HttpServerRequest request) {
        Watched watched = open.get(request.connection());
        if (watched != null) {
            watched.ends = true;
        }
    }

    /** Whether the connection that a request came on is ending. */
    boolean isEnding(HttpServerRequest request) {
        Watched watched = open.get(request.connection());
        return watched != null && watched.ends;
    }

    void began(HttpServerRequest request) {
        Watched watched = open.get(request.connection());
        if (watched == null) {
            return;
        }
        watched.requests++;
        watched.activeNanos = System.nanoTime();
        request.response().endHandler(ended -> {
            watched.requests--;
            watched.activeNanos = System.nanoTime();
        });
    }

    /** @param idle the most for a connection without a request @param silence for one with a request under way */
    void sweep(Duration idle, Duration silence) {
        long now = System.nanoTime();
        List<HttpConnection> due = new ArrayList<>();
        open.forEach((connection, watched) -> {
            Duration most = watched.requests > 0 ? silence : idle;
            if (now - watched.activeNanos > most.toNanos()) {
                due.add(connection);
            }
        });
        due.forEach(HttpConnection::close);
    }
}
