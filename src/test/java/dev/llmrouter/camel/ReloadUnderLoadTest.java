package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue 3: 200 reloads, some of them of broken files, during 20,000 requests with streams. */
@Tag("once")
class ReloadUnderLoadTest {
    private static final int REQUESTS = 20_000;
    private static final int RELOADS = 200;
    private static final int CALLERS = 4;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    /** Not Java's own client: it loses an answer now and then that arrives on a connection it has kept (JDK-8357639). */
    private final Vertx vertx = Vertx.vertx();

    private final HttpClient http = vertx.createHttpClient();

    @TempDir
    private Path folder;

    private Path file;
    private int port;

    private static String policy(int version) {
        // each version has models and tiers of its own: a mixture of two would show
        return """
                version: 1
                owner: test
                baseline: tier-%1$d
                evidence: off
                providers:
                  local-%1$d: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0 } }
                models:
                  model-%1$d: { provider: local-%1$d, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  tier-%1$d: { models: [model-%1$d] }
                tasks:
                  task-%1$d: { tier: tier-%1$d, description: d, rationale: r }
                rules:
                  - { id: rule-%1$d, when: { keywords: [hello] }, task: task-%1$d }
                """.formatted(version);
    }

    private static ch.qos.logback.classic.Logger requestLog() {
        return (ch.qos.logback.classic.Logger)
                org.slf4j.LoggerFactory.getLogger(dev.llmrouter.record.LogRecorder.LOGGER);
    }

    @BeforeEach
    void start() throws Exception {
        requestLog().setLevel(ch.qos.logback.classic.Level.WARN); // 20,000 lines
        file = folder.resolve("policy.yaml");
        Files.writeString(file, policy(0));
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + file);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        LlmGatewayComponent gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
        gateway.setPort(0);
        ShippedRoutes.load(camel, folder);
        camel.start();
        port = gateway.getActualPort();
    }

    @AfterEach
    void stop() {
        requestLog().setLevel(null);
        camel.stop();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** An answer of the gateway, read to its end. */
    private record Answer(int status, MultiMap headers, String body) {
        String header(String name) {
            return Objects.requireNonNullElse(headers.get(name), "none");
        }
    }

    private Answer ask(boolean stream) throws Exception {
        String body = "{\"model\":\"auto\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        // all on one event loop: on another one the body could be there before anybody reads it
        vertx.getOrCreateContext()
                .runOnContext(nothing -> http.request(HttpMethod.POST, port, "127.0.0.1", "/v1/chat/completions")
                        .compose(request -> request.putHeader("Content-Type", "application/json")
                                .send(body))
                        .compose(response -> response.body()
                                .map(read -> new Answer(response.statusCode(), response.headers(), read.toString())))
                        .onSuccess(answer::complete)
                        .onFailure(answer::completeExceptionally));
        return answer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void noRequestFailsAndNoneIsServedByTwoPolicies() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        Map<String, String> modelOfPolicy = new ConcurrentHashMap<>();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        List<Future<?>> running = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
            running.add(callers.submit(() -> {
                for (int n = asked.getAndIncrement(); n < REQUESTS; n = asked.getAndIncrement()) {
                    boolean stream = n % 4 == 0;
                    Answer answer = ask(stream);
                    String fault = fault(answer, stream, modelOfPolicy);
                    if (fault != null) {
                        wrong.add(fault);
                    }
                }
                return null;
            }));
        }
        LoadedPolicy loaded = LlmRouterContext.of(camel).policy("file:" + file);
        int taken = 0;
        int refused = 0;
        for (int reload = 1; reload <= RELOADS; reload++) {
            while (asked.get() < (long) REQUESTS * reload / (RELOADS + 1)) {
                Thread.sleep(1);
            }
            boolean isBroken = reload % 5 == 0;
            String text = policy(reload);
            replace(isBroken ? text.substring(0, text.length() / 2) : text);
            loaded.reload(); // or the watcher was first: what counts is what is in force now
            if (loaded.reloadProblem() != null) {
                refused++;
            } else if (loaded.policy().models().containsKey("model-" + reload)) {
                taken++;
            }
        }
        for (Future<?> one : running) {
            one.get(3, TimeUnit.MINUTES);
        }
        callers.shutdown();

        assertThat(wrong).isEmpty();
        assertThat(refused).isEqualTo(RELOADS / 5);
        assertThat(taken).isEqualTo(RELOADS - refused);
        // every policy that was in force served somebody, but for those that were in force for a moment only
        assertThat(modelOfPolicy).hasSizeGreaterThan(taken / 2);
    }

    private static @Nullable String fault(Answer answer, boolean stream, Map<String, String> modelOfPolicy) {
        if (answer.status() != 200) {
            return answer.status() + ": " + answer.body();
        }
        String policy = answer.header("x-llm-policy");
        String model = answer.header("x-llm-model");
        String version = model.substring(model.indexOf('-') + 1);
        if (!answer.header("x-llm-tier").equals("tier-" + version)
                || !answer.header("x-llm-task").equals("task-" + version)
                || !modelOfPolicy.computeIfAbsent(policy, any -> model).equals(model)) {
            return "mixed: " + answer.headers();
        }
        boolean isWhole = stream
                ? answer.body().endsWith("data: [DONE]\n\n")
                : answer.body().contains("\"finish_reason\":\"stop\"");
        return isWhole ? null : "not whole: " + answer.body();
    }

    private void replace(String text) throws Exception {
        Path next = folder.resolve("next.yaml");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
