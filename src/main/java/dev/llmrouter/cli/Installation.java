package dev.llmrouter.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The application in a folder of its own, beside a cache that this JVM makes of it.
 *
 * <p>JDK 25 and later: an AOT cache (JEP 483, 514 and 515: classes loaded and linked, methods profiled); earlier: an
 * archive of classes (JEP 350).
 */
final class Installation {
    /**
     * The path of a request goes through many small methods of several libraries. Inlining less of them at a time takes a
     * quarter off the CPU time of the first 40,000 requests, which the compiler would have (docs/performance.md).
     */
    private static final List<String> WARMER =
            List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:MaxInlineLevel=8", "-XX:InlineSmallCode=1200");

    /** A process without memory for one request may have lost others, or a thread: whoever started it can start it anew. */
    private static final String EXIT_WITHOUT_MEMORY = "-XX:+ExitOnOutOfMemoryError";

    /** The first JDK whose AOT cache is made in one step. */
    private static final int AOT_JDK = 25;

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** Netty uses memory in a way that the JDK warns of and, where it is not told that this is known, checks at each access. */
    private static final String UNSAFE_ALLOWED = "--sun-misc-unsafe-memory-access=allow";

    /** The first JDK that knows it and warns. */
    private static final int UNSAFE_WARNED_JDK = 24;

    private final Path folder;
    private final Path source;
    private final boolean aot = Runtime.version().feature() >= AOT_JDK;

    private Installation(Path folder, Path source) {
        this.folder = folder;
        this.source = source;
    }

    /**
     * @param source the application jar
     * @throws IllegalArgumentException if the folder holds anything but an earlier installation
     */
    static Installation of(Path folder, Path source) throws IOException {
        Installation installation = new Installation(folder, source);
        if (source.startsWith(installation.app())) {
            throw new IllegalArgumentException(
                    "this is the installed application itself: run install from the application jar that you downloaded or built");
        }
        if (Files.exists(folder) && !Files.exists(installation.launcher())) {
            try (Stream<Path> found = Files.list(folder)) {
                if (found.findAny().isPresent()) {
                    throw new IllegalArgumentException(
                            folder + " is not empty, and no earlier install: name another folder");
                }
            }
        }
        return installation;
    }

    Path folder() {
        return folder;
    }

    private Path app() {
        return folder.resolve("app");
    }

    private Path jar() {
        return app().resolve(source.getFileName());
    }

    private Path cache() {
        return app().resolve(aot ? "cache.aot" : "cache.jsa");
    }

    /** The script that starts the application. */
    Path launcher() {
        return folder.resolve("bin").resolve("camel-llm-router");
    }

    /** Writes the application's jar and the script. */
    void layOut() throws IOException {
        delete(app());
        Files.createDirectories(folder);
        Files.createDirectories(app());
        Files.copy(source, jar());
        Files.createDirectories(launcher().getParent());
        Path script = launcher().resolveSibling("camel-llm-router-new");
        Files.writeString(script, script());
        try {
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (UnsupportedOperationException e) {
            // a file system without such rights runs no scripts either
        }
        Files.move(script, launcher(), StandardCopyOption.REPLACE_EXISTING);
    }

    private String script() {
        String cacheOption = (aot ? "-XX:AOTCache=" : "-Xshare:auto -XX:SharedArchiveFile=") + "\"$dir/app/"
                + cache().getFileName() + "\"";
        return """
                #!/bin/sh
                # Starts camel-llm-router from this folder. JAVA_OPTS: further options of the JVM.
                dir=$(cd "$(dirname "$0")/.." && pwd)
                java="%s"
                [ -x "$java" ] || java=java
                # A command that runs out of memory says so itself, and what to change.
                case "$1" in serve|-*) ;; *) JAVA_OPTS="%s $JAVA_OPTS" ;; esac
                exec "$java" %s %s $JAVA_OPTS -jar "$dir/app/%s" "$@"
                """.formatted(
                        JAVA,
                        EXIT_WITHOUT_MEMORY.replace('+', '-'),
                        String.join(" ", options()),
                        cacheOption,
                        source.getFileName());
    }

    /** The JVM with the application, which leaves a cache when it ends. */
    List<String> trainingCommand() throws IOException {
        Files.deleteIfExists(cache());
        return command((aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache());
    }

    /** The JVM with the application and its cache. */
    List<String> command() {
        return aot ? command("-XX:AOTCache=" + cache()) : command("-Xshare:auto", "-XX:SharedArchiveFile=" + cache());
    }

    private static List<String> options() {
        List<String> all = new ArrayList<>(WARMER);
        all.add(EXIT_WITHOUT_MEMORY);
        if (Runtime.version().feature() >= UNSAFE_WARNED_JDK) {
            all.add(UNSAFE_ALLOWED);
        }
        return all;
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>();
        command.add(JAVA.toString());
        command.addAll(options());
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar().toString()));
        return command;
    }

    /** @throws IOException if the training run left no cache */
    void checkCache() throws IOException {
        if (!Files.isRegularFile(cache())) {
            throw new IOException(
                    "the JVM left no cache at " + cache() + "; the application in " + app() + " runs without one");
        }
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
