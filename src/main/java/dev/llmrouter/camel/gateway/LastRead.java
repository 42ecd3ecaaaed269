package dev.llmrouter.camel.gateway;

import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from the ledger last, by what was asked for. While one thread reads anew, the others get what was read
 * before and do not wait; only who asks for something that was never read, or too long ago, does. Safe for use by many
 * threads; one of them reads at a time, over one connection.
 *
 * @param <K> what is asked for
 * @param <V> what is read
 */
final class LastRead<K, V> implements AutoCloseable {
    /** How many times longer than it is fresh something may be shown while another thread reads. */
    private static final int STILL_SHOWN = 20;

    private static final Logger LOG = LoggerFactory.getLogger(LastRead.class);
    private static final int MOST = 32;

    private final Duration fresh;
    private final Predicate<V> isKept;
    private final ReentrantLock reading = new ReentrantLock();
    private final Map<K, Entry<V>> entries = Collections.synchronizedMap(new LinkedHashMap<>());
    private @Nullable LedgerReader reader; // of the thread that holds the lock

    private record Entry<V>(Instant read, V value) {
        boolean isWithin(Duration age, Instant now) {
            return now.isBefore(read.plus(age)) && !now.isBefore(read);
        }
    }

    /** Reads something from a ledger. */
    interface Reading<V> {
        V from(LedgerReader ledger) throws SQLException, IOException;
    }

    /**
     * @param fresh how long a value is not read again
     * @param isKept whether a value may be shown again; one that may not is read each time
     */
    LastRead(Duration fresh, Predicate<V> isKept) {
        this.fresh = fresh;
        this.isKept = isKept;
    }

    V get(LedgerSettings settings, K key, Instant now, Reading<V> read) throws SQLException, IOException {
        Entry<V> known = entries.get(key);
        if (known != null && known.isWithin(fresh, now)) {
            return known.value();
        }
        if (known == null || !known.isWithin(fresh.multipliedBy(STILL_SHOWN), now)) {
            reading.lock();
        } else if (!reading.tryLock()) {
            return known.value();
        }
        try {
            known = entries.get(key);
            if (known != null && known.isWithin(fresh, now)) {
                return known.value(); // read while this thread waited
            }
            V value = read(settings, read);
            entries.remove(key);
            if (isKept.test(value)) {
                keep(key, new Entry<>(now, value));
            }
            return value;
        } finally {
            reading.unlock();
        }
    }

    private void keep(K key, Entry<V> entry) {
        synchronized (entries) {
            if (entries.size() >= MOST) {
                entries.remove(entries.keySet().iterator().next());
            }
            entries.put(key, entry);
        }
    }

    private V read(LedgerSettings settings, Reading<V> read) throws SQLException, IOException {
        try {
            return readOnce(settings, read);
        } catch (SQLException e) {
            forget(); // a connection may have died since it was used last
            return readOnce(settings, read);
        }
    }

    private V readOnce(LedgerSettings settings, Reading<V> read) throws SQLException, IOException {
        LedgerReader ledger = open(settings);
        V value = read.from(ledger);
        if (!ledger.isCurrent()) {
            forget(); // it is being brought up to date
        }
        return value;
    }

    private LedgerReader open(LedgerSettings settings) throws SQLException {
        LedgerReader open = reader;
        if (open == null) {
            open = LedgerReader.open(settings);
            reader = open;
        }
        return open;
    }

    private void forget() {
        LedgerReader open = reader;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("The ledger's reader did not close", e);
            }
        }
    }

    @Override
    public void close() {
        reading.lock();
        try {
            forget();
            entries.clear();
        } finally {
            reading.unlock();
        }
    }
}
