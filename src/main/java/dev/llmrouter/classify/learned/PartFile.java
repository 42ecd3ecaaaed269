package dev.llmrouter.classify.learned;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is written beside another and then takes its place. It may be read by whom the process lets read its files (its umask),
 * unlike a temporary file of Java, which nobody else may: gateways often run as another user than who proves and trains.
 */
public final class PartFile {
    private static final Logger LOG = LoggerFactory.getLogger(PartFile.class);
    private static final int MOST = 10_000;
    private static final Set<String> STREAMS = Set.of("stdout", "stderr", "fd");
    private static final Set<String> OUT = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");
    private static final Set<String> ERR = Set.of("/dev/stderr", "/dev/fd/2", "/proc/self/fd/2");

    private PartFile() {}

    /**
     * Makes one, empty, with a name that no other process has taken.
     *
     * @param file that it is to replace; its folder must be there
     */
    public static Path beside(Path file) throws IOException {
        FileAlreadyExistsException last = null;
        for (int i = 0; i < MOST; i++) {
            try {
                return Files.createFile(file.toAbsolutePath().resolveSibling(".new-" + i + ".part"));
            } catch (FileAlreadyExistsException e) {
                last = e; // somebody writes too, or was killed while he did
            }
        }
        throw new IOException("the folder of " + file + " is full of files that end with .part; remove them", last);
    }

    /** What a file is to hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the stream is closed elsewhere. */
        void to(OutputStream out) throws IOException;
    }

    /**
     * Writes a text for people, in UTF-8, as {@link #write} does; but a file in a folder that nothing may be written to is
     * written in place.
     *
     * @throws FileSystemException if it cannot be written; it names the file and says why
     */
    public static void writeText(Path file, String text) throws IOException {
        Content content = out -> out.write(text.getBytes(StandardCharsets.UTF_8));
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isWritable(file) && folder != null && !Files.isWritable(folder)) {
            try {
                fill(file, content);
            } catch (IOException e) {
                throw named(file, e);
            }
        } else {
            write(file, content);
        }
    }

    /**
     * Writes a file, or puts another in its place: a reader sees the old one or the new one, and if the new one cannot be written (a
     * full disk) the old one stays and nothing is left behind. A link stays one; rights stay as they are, and so do owner and group where the
     * process may give files to others. What is no file (a pipe, {@code /dev/stdout}) is written in place, as is a file of which nothing else can take
     * the place (one that is mounted by itself into a container): it gets back what it held if it cannot be written to its end.
     *
     * @throws FileSystemException if it cannot be written; it names the file and says why
     */
    public static void write(Path file, Content content) throws IOException {
        try {
            if (isInPlace(file)) {
                fill(file, content);
            } else {
                replace(Files.exists(file) ? file.toRealPath() : file, content);
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /**
     * Writes a file that must not be there yet, or leaves none. A device ({@code /dev/stdout}) is written to.
     *
     * @throws FileAlreadyExistsException if it is there
     * @throws FileSystemException if it cannot be written; it names the file and says why
     */
    public static void writeNew(Path file, String text) throws IOException {
        Content content = out -> out.write(text.getBytes(StandardCharsets.UTF_8));
        try {
            if (isStream(file) || Files.exists(file) && !Files.isRegularFile(file)) {
                fill(file, content);
                return;
            }
            Path part = beside(file);
            try {
                fill(part, content);
                Files.move(part, file);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** {@code /dev/stdout} may lead to a file that somebody else writes to. */
    private static boolean isStream(Path file) {
        Path path = file.toAbsolutePath().normalize();
        return path.startsWith("/proc")
                || path.startsWith("/dev")
                        && path.getNameCount() > 1
                        && STREAMS.contains(path.getName(1).toString());
    }

    private static boolean isInPlace(Path file) {
        return isStream(file) || (Files.exists(file) ? !Files.isRegularFile(file) : Files.isSymbolicLink(file));
    }

    private static void replace(Path target, Content content) throws IOException {
        Path part = beside(target);
        try {
            fill(part, content);
            keepRights(target, part);
            put(part, target);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Nothing takes the place of a mount: it is written to, and may be full where the folder beside it is not. */
    private static void put(Path part, Path target) throws IOException {
        try {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isRegularFile(target) || !Files.isWritable(target)) {
                throw e;
            }
            byte[] old = Files.readAllBytes(target);
            try {
                fill(target, out -> Files.copy(part, out));
            } catch (IOException broken) {
                fill(target, out -> out.write(old));
                throw broken;
            }
        }
    }

    private static void fill(Path file, Content content) throws IOException {
        try (OutputStream out = new BufferedOutputStream(open(file), 1 << 16)) {
            content.to(out);
        }
    }

    private static OutputStream open(Path file) throws IOException {
        if (!isStream(file)) {
            return Files.newOutputStream(file);
        }
        String name = file.toAbsolutePath().normalize().toString();
        return OUT.contains(name)
                ? new Shared(FileDescriptor.out, System.out)
                : ERR.contains(name)
                        ? new Shared(FileDescriptor.err, System.err)
                        : Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    /** A stream of the process, which goes on where it stands: opened anew it would begin with the file that it leads to, and empty it. */
    private static final class Shared extends FileOutputStream {
        Shared(FileDescriptor descriptor, PrintStream before) {
            super(descriptor);
            before.flush();
        }

        @Override
        public void close() {
            // others write to it after this
        }
    }

    private static void keepRights(Path from, Path to) throws IOException {
        if (!Files.exists(from)
                || !from.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        PosixFileAttributes kept = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView given = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        try {
            given.setGroup(kept.group());
        } catch (IOException e) {
            LOG.info(
                    "{} is not of the group {} any more: {}", from, kept.group().getName(), e.toString());
        }
        try {
            given.setOwner(kept.owner());
        } catch (IOException e) {
            LOG.debug("{} changes its owner", from, e); // only root may give files away
        }
        Set<PosixFilePermission> rights = kept.permissions();
        if (!rights.equals(Files.getPosixFilePermissions(to))) {
            Files.setPosixFilePermissions(to, rights);
        }
    }

    /** The same reason, told of the file that was to be written. */
    private static FileSystemException named(Path file, IOException cause) {
        String name = file.toString();
        FileSystemException named;
        if (cause instanceof NoSuchFileException) {
            named = new NoSuchFileException(name);
        } else if (cause instanceof AccessDeniedException) {
            named = new AccessDeniedException(name);
        } else if (cause instanceof FileAlreadyExistsException) {
            named = new FileAlreadyExistsException(name);
        } else {
            String reason = cause instanceof FileSystemException place ? place.getReason() : cause.getMessage();
            named = new FileSystemException(name, null, reason == null ? "it broke off" : reason);
        }
        named.initCause(cause);
        return named;
    }
}
