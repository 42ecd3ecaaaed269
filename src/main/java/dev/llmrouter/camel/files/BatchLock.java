package dev.llmrouter.camel.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Whoever holds it works on a file, and nobody else, in any process of this machine.
 *
 * <p>It is a file of its own that nobody else opens: on Unix a process loses its locks on a file as soon as it closes <em>any</em>
 * handle of that file (POSIX, {@code fcntl}), as it does when it reads results that it has locked. A killed process leaves the file, but not the lock.
 */
final class BatchLock implements Closeable {
    private static final int MOST_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;

    private BatchLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** @throws LockedException if another has it @throws IOException if it cannot be written */
    static BatchLock of(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (!isLocked(channel) || !isAt(file, channel)) {
                throw new LockedException(file);
            }
            return new BatchLock(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /**
     * Whether the file that is locked still lies under its name: who had the lock before deletes it at the end, perhaps after it was opened
     * here. It is told by a length that nobody else writes, because to open it once more would lose the lock.
     */
    private static boolean isAt(Path file, FileChannel channel) throws IOException {
        int length = ThreadLocalRandom.current().nextInt(1, MOST_BYTES);
        channel.truncate(0);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            channel.write(bytes); // a disk with little room takes a part first, and then says that it is full
        }
        try {
            return Files.size(file) == length;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        }
    }
}
