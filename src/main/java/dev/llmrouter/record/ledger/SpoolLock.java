package dev.llmrouter.record.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever holds it writes or empties the spool of a folder, and nobody else, in any process of this machine.
 *
 * <p>The lock is on {@value #FILE}, a file of its own, which stays behind. A process opens it once and never closes it: on Unix it loses
 * its locks of a file as soon as it closes <em>any</em> handle of that file (POSIX, {@code fcntl}), as it does to the spool when somebody
 * counts its lines. Held by the thread that took it.
 */
final class SpoolLock implements AutoCloseable {
    /** Name of the file in the data folder. */
    static final String FILE = "ledger-spool.lock";

    private static final Logger LOG = LoggerFactory.getLogger(SpoolLock.class);
    private static final long AGAIN_NANOS = 5_000_000;

    /** By the real path of the folder: several ledgers of one process may share it. */
    private static final Map<Path, Door> DOORS = new ConcurrentHashMap<>();

    private final Door door;
    private final @Nullable FileLock lock;

    private SpoolLock(Door door, @Nullable FileLock lock) {
        this.door = door;
        this.lock = lock;
    }

    /** What of this process stands before the file of a folder. */
    private static final class Door {
        private final ReentrantLock thread = new ReentrantLock(true);
        private @Nullable FileChannel channel;
        private @Nullable Object fileKey;

        /** Opened anew only where the file was deleted or replaced, as with its folder. */
        FileChannel channel(Path file) throws IOException {
            FileChannel open = channel;
            if (open == null || !open.isOpen() || !Objects.equals(fileKey, key(file))) {
                open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                fileKey = key(file);
                channel = open;
            }
            return open;
        }

        /** Null for none, and where the file system has no such keys. */
        private static @Nullable Object key(Path file) throws IOException {
            try {
                return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            } catch (NoSuchFileException e) {
                return null;
            }
        }
    }

    /**
     * Takes it. Where the file system knows no locks, only ledgers of this process wait for each other.
     *
     * @param folder that is there
     * @param waitMillis how long somebody else is waited for
     * @throws SpoolHeldException if somebody else has it all that time
     * @throws IOException if the folder cannot be written
     */
    static SpoolLock of(Path folder, long waitMillis) throws IOException {
        long start = System.nanoTime();
        Path real = folder.toRealPath();
        Door door = door(real);
        if (!isTaken(door.thread, waitMillis)) {
            throw new SpoolHeldException(waitMillis);
        }
        try {
            return new SpoolLock(door, lock(door.channel(real.resolve(FILE)), start, waitMillis));
        } catch (IOException | RuntimeException e) {
            door.thread.unlock();
            throw e;
        }
    }

    /** Runs without the lock of other processes, while nobody of this one has the spool open. */
    static SpoolLock ofThisProcess(Path folder) throws IOException {
        Door door = door(folder.toRealPath());
        door.thread.lock();
        return new SpoolLock(door, null);
    }

    private static Door door(Path folder) {
        return DOORS.computeIfAbsent(folder, any -> new Door());
    }

    private static boolean isTaken(ReentrantLock thread, long waitMillis) throws IOException {
        try {
            return thread.tryLock(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while somebody else had it", e);
        }
    }

    /**
     * Locks an open file as a whole.
     *
     * @param startNanos since when it is waited for
     * @return null where the file system knows no locks
     * @throws SpoolHeldException if somebody else has it all that time
     */
    static @Nullable FileLock lock(FileChannel open, long startNanos, long waitMillis) throws SpoolHeldException {
        while (true) {
            FileLock lock = null;
            try {
                lock = open.tryLock();
            } catch (OverlappingFileLockException e) {
                LOG.trace("another copy of this class has it, in another application of this process", e);
            } catch (IOException e) {
                LOG.debug("the file system knows no locks", e);
                return null;
            }
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() - startNanos > TimeUnit.MILLISECONDS.toNanos(waitMillis)) {
                throw new SpoolHeldException(waitMillis);
            }
            LockSupport.parkNanos(AGAIN_NANOS);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            if (lock != null) {
                lock.release();
            }
        } finally {
            door.thread.unlock();
        }
    }
}
