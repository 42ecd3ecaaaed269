package dev.llmrouter.camel.gateway;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How many requests, and how many bytes of their bodies, are held at a time. Safe for use by many threads. */
final class Admission {
    private final int maxRequests;
    private final LongSupplier maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /**
     * @param maxRequests requests under way at a time, 1 or more
     * @param maxBytes bytes of their bodies together as of now, 1 or more
     */
    Admission(int maxRequests, LongSupplier maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    /** Lets everything in. */
    static Admission open() {
        return new Admission(Integer.MAX_VALUE, () -> Long.MAX_VALUE);
    }

    /** Whether a body of so many bytes would find room now. Nothing is kept for it: it may never come. */
    boolean hasRoomFor(long size) {
        return bytes.get() + size <= maxBytes.getAsLong();
    }

    /** @return null if there are as many requests as there may be */
    @Nullable
    Ticket enter() {
        if (requests.incrementAndGet() > maxRequests) {
            requests.decrementAndGet();
            return null;
        }
        return new Ticket();
    }

    /** The room of one request; given back once, whoever ends it and however often. */
    final class Ticket {
        private final AtomicLong held = new AtomicLong();
        private final AtomicBoolean closed = new AtomicBoolean();

        /** Takes room for a body of so many bytes, in place of what it had. @return false if there is not as much */
        boolean holds(long size) {
            long more = size - held.get();
            if (more <= 0) {
                return true;
            }
            if (bytes.addAndGet(more) > maxBytes.getAsLong()) {
                bytes.addAndGet(-more);
                return false;
            }
            held.addAndGet(more);
            return true;
        }

        void close() {
            if (closed.compareAndSet(false, true)) {
                bytes.addAndGet(-held.get());
                requests.decrementAndGet();
            }
        }
    }
}
