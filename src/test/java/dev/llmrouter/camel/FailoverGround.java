package dev.llmrouter.camel;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * The shipped routes in one plain CamelContext with the gateway, over real sockets, and providers that fail. Providers and
 * policy are new for each test, and with them all health; the context stays.
 */
final class FailoverGround implements BeforeAllCallback, TestInstancePreConstructCallback, AfterAllCallback {
    private static final String HEAD = """
            version: 1
            owner: test
            baseline: premium
            evidence: off
            """;

    final DefaultCamelContext camel = new DefaultCamelContext();
    final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    final Path policy;
    private final Path folder;
    private final List<Lane> lanes = new ArrayList<>();

    FailoverGround() {
        try {
            folder = Files.createTempDirectory("failover-ground");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        policy = folder.resolve("policy.yaml");
        folder.toFile().deleteOnExit();
        policy.toFile().deleteOnExit();
    }

    /** What is done by one caller in a lane of its own. */
    interface Scenario {
        void play(FailoverCaller caller, Lane lane) throws Exception;
    }

    @Override
    public void beforeAll(ExtensionContext tests) throws Exception {
        write(List.of(new Lane("")), "");
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.gateway", "true");
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setPort(0);
        ShippedRoutes.load(camel, folder);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:slow").delay(1500).syncDelayed().setBody(constant("""
                        {"id":"s","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                        "message":{"role":"assistant","content":"slow"},"finish_reason":"stop"}]}"""));
            }
        });
        camel.start();
    }

    /** The providers of one test, or of one caller of a test, and the models and tiers over them. */
    final class Lane {
        final ScriptedProvider first = new ScriptedProvider();
        final ScriptedProvider second = new ScriptedProvider();
        private final String number;

        Lane(String number) throws IOException {
            this.number = number;
            lanes.add(this);
        }

        /** @param model a model or {@code tier:NAME} of the policy, without the number of the lane; or {@code auto} */
        FailoverAnswer ask(FailoverCaller caller, String model, boolean stream) throws Exception {
            return caller.ask(camel, port(), caller.body(model.equals("auto") ? model : model + number, stream));
        }

        private String policy(String with) {
            return with.formatted(number, first.port(), second.port());
        }
    }

    int port() {
        return camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
    }

    /** New providers under a new policy. */
    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext instance, ExtensionContext test) throws Exception {
        lanes(1);
    }

    /** The providers of this test, whose models and tiers have the names of the policy. */
    Lane lane() {
        return lanes.get(0);
    }

    private List<Lane> lanes(int count) throws Exception {
        closeLanes();
        List<Lane> fresh = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fresh.add(new Lane(i == 0 ? "" : Integer.toString(i)));
        }
        write(fresh, "");
        reload();
        records.clear();
        return fresh;
    }

    /** Every caller plays it, all at once, each with providers of its own: a scenario that waits takes its time once. */
    void everyCallerAtOnce(Scenario scenario) throws Exception {
        FailoverCaller[] callers = FailoverCaller.values();
        List<Lane> own = lanes(callers.length);
        ExecutorService threads = Executors.newFixedThreadPool(callers.length);
        try {
            List<Future<?>> playing = new ArrayList<>();
            for (int i = 0; i < callers.length; i++) {
                FailoverCaller caller = callers[i];
                Lane lane = own.get(i);
                playing.add(threads.submit(() -> {
                    try {
                        scenario.play(caller, lane);
                    } catch (Throwable e) {
                        throw new AssertionError("as " + caller + ": " + e.getMessage(), e);
                    }
                }));
            }
            for (Future<?> one : playing) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** The record of an answered request, as soon as it is there. */
    RequestRecord recordOf(FailoverAnswer answer) {
        return Awaitility.await()
                .until(
                        () -> records.stream()
                                .filter(record -> record.requestId().equals(answer.header("x-llm-request-id")))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    void reload() throws IOException {
        LoadedPolicy loaded = LlmRouterContext.of(camel).policy("file:" + policy);
        boolean isNew = loaded.reload(); // not, where the watch came first
        String problem = loaded.reloadProblem();
        if (!isNew && problem != null) {
            throw new AssertionError("the policy was not taken: " + problem + " in " + Files.readString(policy));
        }
    }

    /** The policy of one lane with more in it. @param more placeholders as in a lane's own part */
    void write(Lane lane, String more) throws IOException {
        write(List.of(lane), more);
    }

    private void write(List<Lane> all, String more) throws IOException {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("providers:\n");
        all.forEach(lane -> text.append(lane.policy("""
                  a%1$s: { protocol: openai, baseUrl: "http://127.0.0.1:%2$d/v1", timeouts: { headers: 400ms, firstToken: 400ms, idle: 400ms }, breaker: { openFor: 60s, minimumCalls: 5 } }
                  b%1$s: { protocol: openai, baseUrl: "http://127.0.0.1:%3$d/v1", outputLimit: max_tokens }
                  f%1$s: { protocol: openai, baseUrl: "http://127.0.0.1:%2$d/v1", breaker: { openFor: 1s, minimumCalls: 5 } }
                  g%1$s: { protocol: gemini, baseUrl: "http://127.0.0.1:%2$d/v1beta" }
                  p%1$s: { protocol: anthropic, baseUrl: "http://127.0.0.1:%2$d" }
                  q%1$s: { protocol: anthropic, baseUrl: "http://127.0.0.1:%3$d" }
                  m%1$s: { protocol: anthropic, baseUrl: "http://127.0.0.1:%2$d", breaker: { openFor: 60s, minimumCalls: 5 } }
                """)));
        text.append("  c: { protocol: openai, endpoint: \"direct:slow\" }\n"
                + "  d: { protocol: anthropic, endpoint: \"direct:slow\" }\nmodels:\n");
        all.forEach(lane -> text.append(lane.policy("""
                  first%1$s:  { provider: a%1$s, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  second%1$s: { provider: b%1$s, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                  third%1$s:  { provider: b%1$s, context: 100000, price: { input: 3, output: 3, asOf: 2026-07-02 } }
                  flap%1$s:   { provider: f%1$s, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  gem%1$s:    { provider: g%1$s, context: 100000, price: { input: 3, output: 3, asOf: 2026-07-02 } }
                  begun%1$s:  { provider: p%1$s, context: 9000, maxOutput: 100, capabilities: [prefill], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  fresh%1$s:  { provider: q%1$s, context: 9000, maxOutput: 100, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  reader%1$s: { provider: q%1$s, context: 9000, maxOutput: 100, capabilities: [documents], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  seer%1$s:   { provider: f%1$s, context: 9000, capabilities: [documents], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  other%1$s:  { provider: m%1$s, context: 9000, maxOutput: 100, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  sonnet%1$s: { provider: m%1$s, id: claude-sonnet-4-5, context: 90000, maxOutput: 9000, capabilities: [reasoning], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  on%1$s:     { provider: q%1$s, context: 9000, maxOutput: 100, capabilities: [prefill], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                """)));
        text.append(
                "  behind: { provider: d, context: 9000, maxOutput: 100, capabilities: [documents], price: { input: 1, output: 1, asOf: 2026-07-02 } }\n"
                        + "  slow: { provider: c, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }\ntiers:\n");
        all.forEach(lane -> text.append(lane.policy("""
                  economy%1$s: { models: [first%1$s], timeout: 8s }
                  patient%1$s: { models: [first%1$s], timeout: 4s }
                  premium%1$s: { models: [first%1$s, second%1$s], timeout: 8s }
                  three%1$s:   { models: [first%1$s, second%1$s, third%1$s], timeout: 8s }
                  outage%1$s:  { models: [flap%1$s, second%1$s], timeout: 8s }
                  once%1$s:    { models: [first%1$s], timeout: 8s, maxAttempts: 1 }
                  twice%1$s:   { models: [first%1$s, second%1$s, third%1$s], timeout: 8s, maxAttempts: 2 }
                  brief%1$s:   { models: [second%1$s], timeout: 600ms }
                  gemini%1$s:  { models: [gem%1$s], timeout: 8s }
                  readers%1$s: { models: [reader%1$s, seer%1$s], timeout: 8s }
                  prefill%1$s: { models: [begun%1$s, fresh%1$s, on%1$s], timeout: 8s }
                  mixed%1$s:   { models: [other%1$s, fresh%1$s, second%1$s], timeout: 8s }
                  claude%1$s:  { models: [sonnet%1$s, second%1$s], timeout: 8s }
                """)));
        text.append("  late: { models: [slow], timeout: 8s }\n");
        text.append("tasks:\n  colour: { tier: economy, description: d, rationale: r,"
                + " verify: { oneOf: [red, green], onFailure: escalate } }\n");
        text.append(more);
        Files.writeString(policy, text);
    }

    private void closeLanes() throws IOException {
        for (Lane lane : lanes) {
            lane.first.close();
            lane.second.close();
        }
        lanes.clear();
    }

    @Override
    public void afterAll(ExtensionContext tests) throws IOException {
        camel.stop();
        closeLanes();
    }
}
