package dev.llmrouter.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Starts the gateway as a process of its own and asks it what its users would. */
final class TrainingRun {
    private static final Pattern LISTENS = Pattern.compile("listens on http://127\\.0\\.0\\.1:(\\d+)");
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    /** The cache is written when the process ends. */
    private static final Duration LONGEST_END = Duration.ofMinutes(5);

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(30);

    private static final String TEXT =
            "Please summarise in one sentence: the parcel left our warehouse on Monday and came on Thursday.";

    private final Path scratch;
    private final String models;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * @param scratch where the run may write
     * @param models base URL of the simulated models
     */
    TrainingRun(Path scratch, String models) {
        this.scratch = scratch;
        this.models = models;
    }

    /** @return how long the first answer took from the start on @throws IOException if the gateway does not answer */
    Duration train(List<String> jvm, Duration load) throws IOException, InterruptedException {
        try (Gateway gateway = new Gateway(jvm)) {
            gateway.ask(Question.chat(false));
            Duration first = gateway.age();
            long end = System.nanoTime() + load.toNanos();
            for (String page : List.of("/", "/policy", "/metrics", "/health/ready")) {
                gateway.ask(Question.get(page));
            }
            while (System.nanoTime() < end) {
                gateway.ask(Question.chat(false));
                gateway.ask(Question.chat(true));
                gateway.ask(Question.post(
                        "/v1/messages", "\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"));
                gateway.ask(Question.post("/v1/responses", "\"input\":\"Hello, who are you?\""));
            }
            return first;
        }
    }

    /** @return how long the first answer took from the start on @throws IOException if the gateway does not answer */
    Duration start(List<String> jvm) throws IOException, InterruptedException {
        try (Gateway gateway = new Gateway(jvm)) {
            gateway.ask(Question.chat(false));
            return gateway.age();
        }
    }

    /** @param body null for GET */
    private record Question(String path, @Nullable String body) {
        static Question get(String path) {
            return new Question(path, null);
        }

        static Question post(String path, String fields) {
            return new Question(path, "{\"model\":\"auto\"," + fields + "}");
        }

        static Question chat(boolean stream) {
            return post(
                    "/v1/chat/completions",
                    "\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + TEXT + "\"}]");
        }

        HttpRequest to(String base) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(base + path)).timeout(LONGEST_ANSWER);
            return body == null
                    ? request.build()
                    : request.header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
        }
    }

    private final class Gateway implements AutoCloseable {
        private final long started = System.nanoTime();
        private final Process process;
        private final String base;

        Gateway(List<String> jvm) throws IOException, InterruptedException {
            Path policy = scratch.resolve("policy.yaml");
            try (InputStream text = TrainingRun.class.getResourceAsStream("/llm-router/install/training.yaml")) {
                if (text == null) {
                    throw new IllegalStateException("the jar lacks the policy of the training run");
                }
                Files.write(policy, text.readAllBytes());
            }
            List<String> command = new ArrayList<>(jvm);
            command.addAll(List.of("serve", "--port=0", "--policy=" + policy, "--data=" + scratch.resolve("data")));
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(scratch.toFile()).redirectErrorStream(true);
            // what this environment says to a gateway is not said to this one
            builder.environment()
                    .keySet()
                    .removeIf(name ->
                            name.startsWith("LLM_ROUTER_") || name.startsWith("SERVER_") || name.startsWith("CAMEL_"));
            builder.environment().put("LLM_ROUTER_INSTALL_MODELS", models);
            process = builder.start();
            try {
                base = "http://127.0.0.1:" + port();
            } catch (IOException | InterruptedException | RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        }

        private String port() throws IOException, InterruptedException {
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            CompletableFuture<String> port = new CompletableFuture<>();
            Thread reader = new Thread(
                    () -> {
                        StringBuilder said = new StringBuilder();
                        try {
                            for (String line = output.readLine(); line != null; line = output.readLine()) {
                                Matcher listens = LISTENS.matcher(line);
                                if (listens.find()) {
                                    port.complete(listens.group(1));
                                }
                                if (!port.isDone()) {
                                    said.append(line).append('\n');
                                }
                            }
                        } catch (IOException e) {
                            said.append(e.getMessage());
                        }
                        port.completeExceptionally(new IOException("the gateway did not start:\n" + said));
                    },
                    "llm-install-output");
            reader.setDaemon(true);
            reader.start();
            try {
                return port.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw new IOException(
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
            } catch (TimeoutException e) {
                throw new IOException("the gateway did not start within " + LONGEST_START.toMinutes() + " minutes", e);
            }
        }

        Duration age() {
            return Duration.ofNanos(System.nanoTime() - started);
        }

        void ask(Question question) throws IOException, InterruptedException {
            HttpResponse<String> answer = http.send(question.to(base), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(question.path() + " of the training run was answered with status "
                        + answer.statusCode() + ": " + answer.body());
            }
        }

        @Override
        public void close() {
            // not process.destroy(): it closes the output, and whoever writes the cache fails at saying so
            process.toHandle().destroy();
            try {
                if (!process.waitFor(LONGEST_END.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
