package dev.llmrouter.application;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An official client of another language, run by that language's own runtime: one process that is told what to do next. */
final class MatrixScriptClient implements MatrixClient {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = Path.of("src/test/clients");

    /** What runs a client. */
    enum Language {
        NODE(
                "node",
                "matrix.mjs",
                List.of("--input-type=module", "-"),
                List.of("--eval", "require.resolve('%s')"),
                "the JavaScript clients are not installed: npm ci --prefix src/test/clients",
                "package.json",
                "\"%s\": \"([^\"]+)\""),
        PYTHON(
                Path.of("target/python/bin/python").toAbsolutePath().toString(),
                "matrix.py",
                List.of("-"),
                List.of("-c", "import importlib.util as u, sys; sys.exit(u.find_spec('%s') is None)"),
                "the Python clients are not installed: python3 -m venv target/python"
                        + " && target/python/bin/pip install -r src/test/clients/requirements.txt",
                "requirements.txt",
                "(?m)^%s==(\\S+)$");

        private final String command;
        private final String script;
        private final List<String> standardInput;
        private final List<String> probe;
        private final String missing;
        private final String versions;
        private final String version;

        Language(
                String command,
                String script,
                List<String> standardInput,
                List<String> probe,
                String missing,
                String versions,
                String version) {
            this.command = command;
            this.script = script;
            this.standardInput = standardInput;
            this.probe = probe;
            this.missing = missing;
            this.versions = versions;
            this.version = version;
        }

        /** Why a client's package cannot be used on this machine; null if it can. */
        @Nullable
        String missing(String artifact) {
            try {
                return run("", List.of(probe.get(0), probe.get(1).formatted(artifact)))
                                .succeeded()
                        ? null
                        : missing;
            } catch (IOException e) {
                return missing;
            }
        }

        /** What a program writes that is run where the clients are found. */
        String program(String text) throws IOException {
            return run(text, standardInput).outputOrThrow(script);
        }

        private Result run(String input, List<String> arguments) throws IOException {
            List<String> all = new ArrayList<>(List.of(command));
            all.addAll(arguments);
            Path errors = Files.createTempFile("matrix", ".err");
            try {
                Process process = new ProcessBuilder(all)
                        .directory(FOLDER.toFile())
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().close();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                boolean ended = process.waitFor(60, TimeUnit.SECONDS);
                process.destroyForcibly();
                return new Result(ended && process.exitValue() == 0, output, Files.readString(errors));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } finally {
                Files.delete(errors);
            }
        }
    }

    private record Result(boolean succeeded, String output, String errors) {
        String outputOrThrow(String what) {
            if (!succeeded) {
                throw new IllegalStateException(what + ": " + errors);
            }
            return output;
        }
    }

    private final String name;
    private final Language language;
    private final String artifact;
    private final String api;
    private final String base;
    private final String key;
    private final @Nullable String missing;
    private @Nullable Process running;
    private @Nullable BufferedReader answers;

    /**
     * A client that may not be here, see {@link #missing}.
     *
     * @param api the script's name for what it speaks: {@code chat}, {@code responses} or {@code messages}
     */
    MatrixScriptClient(String name, Language language, String artifact, String api, String base, String key) {
        this.name = name;
        this.language = language;
        this.artifact = artifact;
        this.api = api;
        this.base = base;
        this.key = key;
        this.missing = language.missing(artifact);
    }

    /** The official clients of OpenAI's and Anthropic's formats in both languages. */
    static List<MatrixScriptClient> all(String base) {
        return List.of(
                new MatrixScriptClient(
                        "OpenAI JavaScript, chat completions", Language.NODE, "openai", "chat", base, "KEY"),
                new MatrixScriptClient(
                        "OpenAI JavaScript, Responses", Language.NODE, "openai", "responses", base, "KEY"),
                new MatrixScriptClient(
                        "Anthropic JavaScript", Language.NODE, "@anthropic-ai/sdk", "messages", base, "KEY"),
                new MatrixScriptClient(
                        "OpenAI Python, chat completions", Language.PYTHON, "openai", "chat", base, "KEY"),
                new MatrixScriptClient("OpenAI Python, Responses", Language.PYTHON, "openai", "responses", base, "KEY"),
                new MatrixScriptClient("Anthropic Python", Language.PYTHON, "anthropic", "messages", base, "KEY"));
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
    public String version() throws IOException {
        return MatrixClient.version(
                FOLDER.resolve(language.versions), language.version.formatted(Pattern.quote(artifact)));
    }

    @Override
    public @Nullable String missing() {
        return missing;
    }

    /** Does what the script's own scenario of that name does, with what came of it. */
    JsonNode run(String scenario) throws Exception {
        Process script = running;
        if (script == null || !script.isAlive()) {
            script = new ProcessBuilder(language.command, language.script, api, base, key)
                    .directory(FOLDER.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            running = script;
            answers = script.inputReader(StandardCharsets.UTF_8);
        }
        BufferedReader reader = Objects.requireNonNull(answers);
        script.outputWriter(StandardCharsets.UTF_8)
                .append(scenario)
                .append('\n')
                .flush();
        JsonNode result;
        try {
            String line = CompletableFuture.supplyAsync(() -> line(reader)).get(60, TimeUnit.SECONDS);
            result = JSON.readTree(line);
        } catch (TimeoutException e) {
            close();
            throw new IllegalStateException(name + ", " + scenario + ": no answer within 60 s", e);
        }
        if (result.has("failed")) {
            throw new IllegalStateException(
                    name + ", " + scenario + ": " + result.path("failed").asText());
        }
        return result;
    }

    private static String line(BufferedReader reader) {
        try {
            return Objects.requireNonNull(reader.readLine(), "the script has ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Process script = running;
        if (script != null) {
            script.destroyForcibly();
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
