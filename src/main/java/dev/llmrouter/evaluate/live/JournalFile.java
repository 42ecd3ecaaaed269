package dev.llmrouter.evaluate.live;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The file of a journal, open and locked against other processes and against others of this one.
 *
 * <p>On Unix a process loses its locks of a file as soon as it closes <em>any</em> handle of that file (POSIX, {@code fcntl}). So a file
 * that this process uses is not opened once more: files are told apart before, by what the file system calls them, whichever path or
 * link leads there. Safe for use by many threads.
 */
final class JournalFile implements AutoCloseable {
    /** Keys of the files that are open; guards itself and {@link #OF_OTHERS}. */
    private static final Set<Object> IN_USE = new HashSet<>();

    /** What cannot be closed yet: another copy of this class, in another application of this process, has the lock. */
    private static final Map<Object, RandomAccessFile> OF_OTHERS = new HashMap<>();

    private final Object key;
    private final RandomAccessFile file;

    @SuppressWarnings("unused") // the process knows of a lock only as long as somebody refers to it
    private final FileLock lock;

    private boolean isClosed;

    private JournalFile(Object key, RandomAccessFile file, FileLock lock) {
        this.key = key;
        this.file = file;
        this.lock = lock;
    }

    /**
     * Opens a file, or makes it, readable by its owner only: answers may be confidential.
     *
     * @throws IOException if it cannot be read or written
     * @throws IllegalArgumentException if it is in use; the message says what to do
     */
    static JournalFile open(Path path) throws IOException {
        synchronized (IN_USE) {
            if (Files.notExists(path)) {
                make(path);
            }
            Object key = key(path);
            if (!IN_USE.add(key)) {
                throw inUse(path);
            }
            JournalFile opened = null;
            try {
                opened = locked(path, key);
                return opened;
            } finally {
                if (opened == null) {
                    IN_USE.remove(key);
                }
            }
        }
    }

    /**
     * Gives a file another name, with the first number that is free behind it; nothing is done if it is not there.
     *
     * @throws IllegalArgumentException if it is in use; the message says what to do
     */
    static void putAside(Path path) throws IOException {
        synchronized (IN_USE) {
            if (Files.isRegularFile(path) && Files.isWritable(path)) {
                open(path).close(); // nobody is at work with it
            }
            for (int number = 1; Files.exists(path); number++) {
                Path aside = path.resolveSibling(path.getFileName() + "." + number);
                if (Files.notExists(aside)) {
                    Files.move(path, aside);
                }
            }
        }
    }

    private static void make(Path path) throws IOException {
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .close();
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        }
    }

    /** Device and number of a file; its path where the file system has no such thing. */
    private static Object key(Path path) throws IOException {
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        return key == null ? path.toRealPath() : key;
    }

    private static JournalFile locked(Path path, Object key) throws IOException {
        RandomAccessFile kept = OF_OTHERS.remove(key);
        RandomAccessFile file = kept == null ? new RandomAccessFile(path.toFile(), "rw") : kept;
        FileLock lock = null;
        try {
            lock = file.getChannel().tryLock();
        } catch (OverlappingFileLockException e) {
            OF_OTHERS.put(key, file);
            throw inUse(path);
        } finally {
            if (lock == null && !OF_OTHERS.containsKey(key)) {
                file.close();
            }
        }
        if (lock == null) {
            throw inUse(path);
        }
        return new JournalFile(key, file, lock);
    }

    private static IllegalArgumentException inUse(Path path) {
        return new IllegalArgumentException(
                path + ": another validate is at work with this journal; wait for its end, or name another --journal");
    }

    /** To be closed by {@link #close} alone. */
    RandomAccessFile file() {
        return file;
    }

    @Override
    public void close() throws IOException {
        synchronized (IN_USE) {
            if (isClosed) {
                return; // somebody else may have it by now
            }
            isClosed = true;
            try {
                file.close();
            } finally {
                IN_USE.remove(key);
            }
        }
    }
}
