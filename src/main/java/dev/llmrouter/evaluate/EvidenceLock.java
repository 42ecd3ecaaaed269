package dev.llmrouter.evaluate;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets one at a time change the evidence of a directory, whichever process it is: a proof is added to a file that was read before, and
 * two that read the same would lose one of their proofs. The lock is on the file {@value #FILE} there, and goes with its process.
 */
public final class EvidenceLock {
    /**
     * What is locked; it stays behind, empty. To open and close it once more while it is locked would let go of the lock (POSIX), so
     * nobody can look whether it is still the one that others lock, as deleting it would take.
     */
    public static final String FILE = ".lock";

    private static final long AGAIN_NANOS = 10_000_000;

    private EvidenceLock() {}

    /** Reads, changes and writes evidence. */
    @FunctionalInterface
    public interface Change<T> {
        /** @throws IOException if evidence cannot be read or written */
        T make() throws IOException;
    }

    /**
     * Makes a change while nobody else makes one. Waits for whoever does. Where the file system knows no locks, only changes of this
     * process wait for each other.
     *
     * @param directory of the evidence; it is made if it is not there
     * @throws IOException if the change throws it, or the directory cannot be written
     */
    public static synchronized <T> T whileLocked(Path directory, Change<T> change) throws IOException {
        Files.createDirectories(directory);
        try (FileChannel channel =
                        FileChannel.open(directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                Held unused = new Held(lock(channel))) {
            return change.make();
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) {
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                LockSupport.parkNanos(
                        AGAIN_NANOS); // another copy of this class, in another application of this process
            } catch (IOException e) {
                return null; // a file system without locks
            }
        }
    }

    /** @param lock null for none */
    private record Held(@Nullable FileLock lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (lock != null) {
                lock.release();
            }
        }
    }
}
