package dev.llmrouter.application;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A client library as {@link ClientMatrixTest} uses it. Each call goes over sockets to the gateway that it was made for. */
interface MatrixClient extends AutoCloseable {
    /** What the matrix calls it. */
    String name();

    /** The artifact or package that it is. */
    String artifact();

    /** The version that is used, from the file that asks for it. */
    default String version() throws IOException {
        Path pom = Path.of("pom.xml");
        String version = version(
                pom, "<artifactId>" + Pattern.quote(artifact()) + "</artifactId>\\s*<version>([^<]+)</version>");
        if (!version.startsWith("${")) {
            return version;
        }
        String property = Pattern.quote(version.substring(2, version.length() - 1));
        return version(pom, "<" + property + ">([^<]+)</" + property + ">");
    }

    /** The first group of a pattern that a file has to have. */
    static String version(Path file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file));
        if (!matcher.find()) {
            throw new IllegalStateException(file + " has no " + pattern);
        }
        return matcher.group(1);
    }

    /** Why it cannot run on this machine; null if it can. */
    default @Nullable String missing() {
        return null;
    }

    /** The text of a whole answer. */
    String plain(String question) throws Exception;

    /** The pieces of a streamed answer. */
    List<String> streamed(String question) throws Exception;

    /** Offers the tool {@code weather}, answers its call with "sun in CITY", and gives the text that follows. */
    String tools(String question) throws Exception;

    /** An answer by a schema of a person's name and age, as "NAME AGE". */
    String structured(String question) throws Exception;

    /** The HTTP status in the exception of its own that the client throws for a model that is not there. */
    int error() throws Exception;

    /** Whether it gives up by its own timeout of half a second. */
    boolean timesOut(String question) throws Exception;

    /** Reads one piece of a stream and leaves. */
    void leaves(String question) throws Exception;

    @Override
    default void close() {}
}
