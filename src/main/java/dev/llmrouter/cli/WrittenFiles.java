package dev.llmrouter.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files that a command reads and writes: looked at before the work begins, so that nothing is written over that was read or
 * written, and no work is lost for want of a place. Use by one thread.
 */
final class WrittenFiles {
    private static final int MOST_LINKS = 40;

    /** @param what the option and the file, as they begin a sentence */
    private record Named(String what, Path file, boolean isWritten) {}

    private final List<Named> all = new ArrayList<>();
    private @Nullable String fault;

    /** A file that is read, and so must not be written. @param option as {@code --policy}, or what the file is */
    WrittenFiles reads(String option, @Nullable Path file) {
        return file == null ? this : add(new Named(option + " " + file, file, false));
    }

    /** The policy by the name that {@link PolicyFile#resource} takes. */
    WrittenFiles readsPolicy(String option, @Nullable String name) {
        return reads(option, name == null ? null : PolicyFile.path(name));
    }

    /** All evidence in a folder. */
    WrittenFiles readsEvidence(Path folder) {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .forEach(file -> reads("the evidence", file));
            } catch (IOException e) {
                return this; // the command says itself that it cannot read its evidence
            }
        }
        return this;
    }

    /** A file that is written into a folder that is there. */
    WrittenFiles writes(String option, @Nullable Path file) {
        if (file == null) {
            return this;
        }
        makes(option, file);
        fault = fault == null ? place(option, file) : fault;
        return this;
    }

    /** A file that is written, whose folder is looked at elsewhere. */
    WrittenFiles makes(String option, @Nullable Path file) {
        return file == null ? this : add(new Named(option + " " + file, file, true));
    }

    /** Why a file must not or cannot be written, and what to do; null if it seems that all can. */
    @Nullable
    String fault() {
        return fault;
    }

    private WrittenFiles add(Named next) {
        for (Named other : all) {
            if (fault == null && (other.isWritten || next.isWritten) && isSame(other.file, next.file)) {
                Named written = next.isWritten ? next : other;
                Named kept = next.isWritten ? other : next;
                fault = written.what + ": is the same file as " + kept.what + ", which would be lost. Name another.";
            }
        }
        all.add(next);
        return this;
    }

    private static @Nullable String place(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            return option + " " + file + ": is a folder. Name a file in it.";
        }
        if (!Files.isDirectory(folder)) {
            return option + " " + file + ": the folder " + folder + " does not exist. Make it, or name another.";
        }
        if (!Files.isWritable(folder) && !Files.isWritable(file)) {
            return option + " " + file + ": nothing may be written in the folder " + folder
                    + ". Allow it, or name another.";
        }
        return null;
    }

    private static boolean isSame(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isSameFile(one, other);
            }
            return real(one, MOST_LINKS).equals(real(other, MOST_LINKS));
        } catch (IOException e) {
            return one.toAbsolutePath()
                    .normalize()
                    .equals(other.toAbsolutePath().normalize());
        }
    }

    /** Where a file is that need not be there, behind all symbolic links. */
    private static Path real(Path file, int links) throws IOException {
        if (Files.exists(file)) {
            return file.toRealPath();
        }
        if (links > 0 && Files.isSymbolicLink(file)) {
            return real(file.resolveSibling(Files.readSymbolicLink(file)), links - 1);
        }
        Path whole = file.toAbsolutePath().normalize();
        Path folder = whole.getParent();
        return folder != null && Files.isDirectory(folder) ? folder.toRealPath().resolve(whole.getFileName()) : whole;
    }
}
