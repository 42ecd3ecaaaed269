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
 * <p>A file of the user's folder with the name of a shipped one replaces it, whether it is written in XML or in YAML; any other is loaded as well.
 */
public final class RouteFiles {
    /**
     * What is shipped under {@code classpath:routes-xml/}, in the order in which it is loaded and started. A route comes before those
     * that send to it: Camel stops them the other way round, and asks in that order what they still have to do, so that
     * what moves on meanwhile is seen further down.
     */
    public static final List<String> SHIPPED = List.of(
            "llm-configuration.xml",
            "llm-ledger.xml",
            "llm-record.xml",
            "llm-collect.xml",
            "llm-agreement.xml",
            "llm-shadow.xml",
            "llm-route.xml",
            "llm-embed.xml",
            "llm-gateway.xml",
            "llm-operations.xml",
            "llm-files.xml",
            "llm-validate.xml");

    private RouteFiles() {}

    /**
     * Where each route file is loaded from.
     *
     * @param folder the user's folder; one that does not exist counts as empty
     * @return resource URIs, shipped files first
     * @throws IllegalStateException if the folder has the same file in XML and in YAML
     */
    public static List<String> locate(Path folder) {
        Map<String, String> files = new LinkedHashMap<>();
        SHIPPED.forEach(name -> files.put(stem(name), "classpath:routes-xml/" + name));
        if (Files.isDirectory(folder)) {
            try (Stream<Path> own = Files.list(folder)) {
                own.filter(RouteFiles::isRouteFile).sorted().forEach(file -> add(files, file));
            } catch (IOException e) {
                throw new UncheckedIOException("route folder " + folder + " cannot be read", e);
            }
        }
        return new ArrayList<>(files.values());
    }

    private static void add(Map<String, String> files, Path file) {
        String replaced = files.put(stem(file.getFileName().toString()), "file:" + file);
        if (replaced != null && replaced.startsWith("file:")) {
            throw new IllegalStateException("route folder has both " + replaced.substring("file:".length()) + " and "
                    + file + ", which are the same routes. Keep one of them.");
        }
    }

    private static String stem(String name) {
        return name.replaceFirst("(\\.camel)?\\.(xml|yaml)$", "");
    }

    private static boolean isRouteFile(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".xml") || name.endsWith(".yaml");
    }
}
