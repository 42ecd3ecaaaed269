package dev.llmrouter.boot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An official JavaScript client, run by Node: one process for each call. */
final class MatrixNodeClient implements MatrixClient {
    static final Path FOLDER = Path.of("src/test/clients");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final String artifact;
    private final String api;
    private final String base;
    private final @Nullable String missing;

    MatrixNodeClient(String name, String artifact, String api, String base) {
        this.name = name;
        this.artifact = artifact;
        this.api = api;
        this.base = base;
        this.missing = missing(artifact);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String artifact() {
        return artifact;
    }

    @Override
    public @Nullable String missing() {
        return missing;
    }

    private static @Nullable String missing(String artifact) {
        if (!Files.isDirectory(FOLDER.resolve("node_modules").resolve(artifact))) {
            return "the JavaScript clients are not installed: npm ci --prefix " + FOLDER;
        }
        try {
            return new ProcessBuilder("node", "--version").start().waitFor() == 0 ? null : "node does not run";
        } catch (IOException e) {
            return "there is no node";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private JsonNode run(String scenario) throws Exception {
        Path errors = Files.createTempFile("matrix", ".err");
        try {
            Process process = new ProcessBuilder("node", "matrix.mjs", api, scenario, base)
                    .directory(FOLDER.toFile())
                    .redirectError(errors.toFile())
                    .start();
            String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IllegalStateException(name + ", " + scenario + ": " + Files.readString(errors));
            }
            return JSON.readTree(line);
        } finally {
            Files.delete(errors);
        }
    }

    @Override
    public String plain(String question) throws Exception {
        return run("plain").path("text").asText();
    }

    @Override
    public List<String> streamed(String question) throws Exception {
        List<String> pieces = new ArrayList<>();
        run("streamed").path("pieces").forEach(piece -> pieces.add(piece.asText()));
        return pieces;
    }

    @Override
    public String tools(String question) throws Exception {
        return run("tools").path("text").asText();
    }

    @Override
    public String structured(String question) throws Exception {
        JsonNode person = run("structured");
        return person.path("name").asText() + " " + person.path("age").asInt();
    }

    @Override
    public int error() throws Exception {
        JsonNode result = run("error");
        return result.path("own").asBoolean() ? result.path("status").asInt() : 0;
    }

    @Override
    public boolean timesOut(String question) throws Exception {
        return run("timeout").path("own").asBoolean();
    }

    @Override
    public void leaves(String question) throws Exception {
        run("cancel");
    }
}
