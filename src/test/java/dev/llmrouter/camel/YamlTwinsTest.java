package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.dispatch.AllFailedException;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.support.PluginHelper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes of {@code examples/routes-yaml} on a plain Camel Main, in place of the shipped ones in XML. */
class YamlTwinsTest {
    private static final String REQUEST =
            "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":%s}";

    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    private ScriptedProvider provider;
    private Main yaml;

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers: { a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" } }
                models: { large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } } }
                tiers: { premium: { models: [large], timeout: 5s, maxAttempts: 1 } }
                tasks: { talk: { tier: premium, description: d, rationale: r } }
                """.formatted(provider.port()));
        yaml = started("file:examples/routes-yaml/llm-*.yaml");
    }

    @AfterEach
    void stop() throws Exception {
        yaml.stop();
        provider.close();
    }

    private Main started(String routes) throws Exception {
        Main main = new Main();
        main.addInitialProperty("camel.main.routes-include-pattern", routes);
        main.addInitialProperty("llm-router.policy", "file:" + folder.resolve("policy.yaml"));
        main.bind("records", (Recorder) records::add);
        main.start();
        return main;
    }

    private Exchange ask(String body) throws Exception {
        return yaml.getCamelTemplate().request("direct:llm-route", exchange -> {
            exchange.setProperty(LlmRouterConstants.TAKES_STREAM, true);
            exchange.getMessage().setBody(body);
        });
    }

    @Test
    void areNodeForNodeTheShippedRoutes() throws Exception {
        String files = String.join(
                ",",
                List.of("configuration", "route", "record", "shadow", "agreement", "collect", "embed", "validate")
                        .stream()
                        .map(name -> "classpath:routes-xml/llm-" + name + ".xml")
                        .toList());
        Main xml = started(files);
        try {
            Map<String, String> shipped = routes(xml.getCamelContext());
            assertThat(shipped)
                    .containsOnlyKeys(
                            "llm-route",
                            "llm-answer",
                            "llm-record",
                            "llm-shadow",
                            "llm-agreement",
                            "llm-collect",
                            "llm-embed",
                            "llm-validate",
                            "llm-validate-example",
                            "llm-validate-baseline",
                            "llm-validate-candidates",
                            "llm-validate-judge",
                            "llm-validate-score");
            assertThat(routes(yaml.getCamelContext())).isEqualTo(shipped);
        } finally {
            xml.stop();
        }
    }

    /** Every route as XML, without what only says where it was loaded from and ids that Camel made up. */
    private static Map<String, String> routes(CamelContext camel) throws Exception {
        Map<String, String> routes = new TreeMap<>();
        for (RouteDefinition route : ((ModelCamelContext) camel).getRouteDefinitions()) {
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), TryDefinition.class)
                    .forEach(YamlTwinsTest::gather);
            String text = PluginHelper.getModelToXMLDumper(camel).dumpModelAsXml(camel, (NamedNode) route);
            routes.put(
                    route.getRouteId(),
                    text.replaceAll(" source(Location|LineNumber)=\"[^\"]*\"", "")
                            .replaceAll(" id=\"[A-Za-z]+[0-9]+\"", ""));
        }
        return routes;
    }

    /** Routes from YAML keep the clauses of a doTry apart from its steps, where the dump does not look. */
    private static void gather(TryDefinition attempt) {
        List<ProcessorDefinition<?>> clauses = new ArrayList<>(attempt.getCatchClauses());
        if (attempt.getFinallyClause() != null) {
            clauses.add(attempt.getFinallyClause());
        }
        clauses.removeAll(attempt.getOutputs());
        attempt.getOutputs().addAll(clauses);
    }

    @Test
    void recordARequestOnce() throws Exception {
        provider.does(ScriptedProvider.says("hello"));
        ask("Hi");
        Awaitility.await()
                .untilAsserted(() -> assertThat(records)
                        .singleElement()
                        .extracting(RequestRecord::outcome)
                        .isEqualTo(RequestRecord.Outcome.OK));
    }

    @Test
    void answerAPlainRequest() throws Exception {
        provider.does(ScriptedProvider.says("hello"));
        Exchange answer = ask("Hi");
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isEqualTo("hello");
        assertThat(answer.getMessage().getHeaders())
                .containsEntry(LlmRouterConstants.TIER, "premium")
                .containsEntry(LlmRouterConstants.MODEL, "large");
        provider.does(ScriptedProvider.says("hello"));
        assertThat(ask(REQUEST.formatted("false")).getMessage().getBody(String.class))
                .contains("\"object\":\"chat.completion\"");
    }

    @Test
    void answerAStream() throws Exception {
        provider.does(ScriptedProvider.streams(
                ScriptedProvider.chunk("hel"), ScriptedProvider.chunk("lo"), ScriptedProvider.STOP, "[DONE]"));
        Exchange answer = ask(REQUEST.formatted("true"));
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody()).isInstanceOf(Flow.Publisher.class);
        assertThat(collected((Flow.Publisher<?>) answer.getMessage().getBody()))
                .contains("\"hel\"", "\"lo\"")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void failAsTheXmlDoesAndTheAnsweringOneAnswers() throws Exception {
        provider.does(ScriptedProvider.error(500, "down"));
        assertThat(ask("Hi").getException()).isInstanceOf(AllFailedException.class);
        assertThat(yaml.getCamelTemplate().requestBody("direct:llm-answer", (Object) "Hi", String.class))
                .contains("No model could answer");
    }

    private static String collected(Flow.Publisher<?> stream) throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        stream.subscribe(new Flow.Subscriber<Object>() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Object item) {
                text.append(new String((byte[]) item, StandardCharsets.UTF_8));
            }

            @Override
            public void onError(Throwable failure) {
                end.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                end.complete(text.toString());
            }
        });
        return end.get(20, TimeUnit.SECONDS);
    }
}
