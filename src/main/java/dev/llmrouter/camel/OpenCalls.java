package dev.llmrouter.camel;

import dev.llmrouter.record.RequestRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests that wait for a model, to be answered, named or checked. A route that is stopped by force takes no further step, not that which records either, so that a
 * context that stops records what is left of them itself. Safe for use by many threads.
 */
final class OpenCalls {
    private final Map<String, Open> open = new ConcurrentHashMap<>();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();

    /** One of them. */
    interface Open {
        /** Breaks off what is under way, and does not wait. @return completes when it says no more of the request */
        CompletableFuture<Void> breakOff();

        /** What is known of the request, once it is broken off. @param stop why */
        RequestRecord cutOff(Exception stop);

        /** Has whoever still waits go on, without an answer. */
        void release(Exception stop);
    }

    /** @param id of the request */
    void begin(String id, Open request) {
        open.put(id, request);
    }

    /** It is recorded, or its route goes on and does that. @param id of the request */
    void end(String id) {
        open.remove(id);
    }

    /** Those that nobody has recorded; there are none afterwards. */
    List<Open> takeRest() {
        Map<String, Open> rest = Map.copyOf(open);
        cutOff.addAll(rest.keySet());
        open.keySet().removeAll(rest.keySet());
        return List.copyOf(rest.values());
    }

    /** Whether it was among the rest, and is recorded by that. @param id of the request */
    boolean isCutOff(String id) {
        return cutOff.contains(id);
    }
}
