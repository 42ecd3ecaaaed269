package dev.llmrouter.camel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The route files that are shipped, and those of the user that take their place.
 *
 * <p>A file of the user's folder with the name of a shipped one replaces it; any other is loaded as well.
 */
public final class RouteFiles {
    /** What is shipped under {@code classpath:routes-xml/}, in the order in which it is loaded. */
    public static final List<String> SHIPPED = List.of(
            "llm-configuration.xml",
            "llm-route.xml",
            "llm-record.xml",
            "llm-ledger.xml",
            "llm-shadow.xml",
            "llm-collect.xml",
            "llm-gateway.xml",
            "llm-operations.xml",
            "llm-files.xml");

    private RouteFiles() {}

    /**
     * Where each route file is loaded from.
     *
     * @param folder the user's folder; one that does not exist counts as empty
     * @return resource URIs, shipped files first
     */
    public static List<String> locate(Path folder) {
        Map<String, String> files = new LinkedHashMap<>();
        SHIPPED.forEach(name -> files.put(name, "classpath:routes-xml/" + name));
        if (Files.isDirectory(folder)) {
            try (Stream<Path> own = Files.list(folder)) {
                own.filter(RouteFiles::isRouteFile)
                        .sorted()
                        .forEach(file -> files.put(file.getFileName().toString(), "file:" + file));
            } catch (IOException e) {
                throw new UncheckedIOException("route folder " + folder + " cannot be read", e);
            }
        }
        return new ArrayList<>(files.values());
    }

    private static boolean isRouteFile(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".xml") || name.endsWith(".yaml");
    }
}
