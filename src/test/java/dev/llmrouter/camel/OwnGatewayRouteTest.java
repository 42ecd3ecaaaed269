package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes of a user's own from {@code llm-gateway} to the router: what its caller is told when there is no answer, over HTTP. */
class OwnGatewayRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String UNKNOWN =
            "{\"model\":\"nobody\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    private static final String CHAT = UNKNOWN.replace("nobody", "auto");

    private final Main main = new Main();
    private ScriptedProvider provider;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        provider = new ScriptedProvider();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  large: { provider: a, context: 100000, price: { input: 2, output: 2, asOf: 2026-07-02 } }
                tiers:
                  best: { models: [large], timeout: 5s, maxAttempts: 1 }
                tasks:
                  colour: { tier: best, description: d, rationale: r, verify: { oneOf: [red], onFailure: fail } }
                rules:
                  - { id: colour, when: { keywords: [colour] }, task: colour }
                """.formatted(provider.port()));
        main.addInitialProperty("camel.main.routes-include-pattern", "classpath:routes-xml/*.xml");
        main.addInitialProperty("camel.component.llm-gateway.port", "0");
        main.addInitialProperty("llm-router.policy", "file:" + policy);
        main.addInitialProperty("llm-router.data", folder.resolve("data").toString());
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("llm-gateway:/direct").to("direct:llm-route");
                from("llm-gateway:/answer").to("direct:llm-answer");
                from("llm-gateway:/kamelet").to("kamelet:llm-route-action?policy=file:" + policy);
                from("llm-gateway:/anthropic")
                        .setProperty("CamelLlmRouterDialect", constant("anthropic"))
                        .to("direct:llm-route");
                from("llm-gateway:/unknown-dialect")
                        .setProperty("CamelLlmRouterDialect", constant("xyz"))
                        .to("direct:llm-route");
                from("llm-gateway:/feedback").to("kamelet:llm-feedback-sink?policy=file:" + policy);
                from("llm-gateway:/own").throwException(new IllegalStateException("a secret of the house"));
                from("llm-gateway:/handled")
                        .onException(Exception.class)
                        .handled(true)
                        .setBody(constant("mine"))
                        .end()
                        .to("direct:llm-route");
                from("llm-gateway:/failing")
                        .onCompletion()
                        .onFailureOnly()
                        .to("mock:failed")
                        .end()
                        .setHeader("X-Of-The-House", constant("a secret"))
                        .to("direct:llm-route")
                        .removeHeader("X-Of-The-House");
            }
        });
        main.start();
    }

    @AfterEach
    void stop() throws Exception {
        main.stop();
        provider.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        int port = main.getCamelContext()
                .getComponent("llm-gateway", LlmGatewayComponent.class)
                .getActualPort();
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** They were answered with 500 "Internal error.". */
    @ParameterizedTest
    @ValueSource(strings = {"/direct", "/kamelet"})
    void aCallersMistakeIsToldAsTheAnsweringRouteTellsIt(String path) throws Exception {
        HttpResponse<String> wanted = post("/answer", UNKNOWN);
        HttpResponse<String> told = post(path, UNKNOWN);

        assertThat(wanted.statusCode()).isEqualTo(404);
        assertThat(told.statusCode()).isEqualTo(404);
        assertThat(told.body()).isEqualTo(wanted.body()).contains("model_not_found");
        assertThat(told.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(told.headers().firstValue("x-llm-request-id")).isPresent();
        assertThat(told.headers().firstValue("x-should-retry")).contains("false");
    }

    @Test
    void inTheDialectOfTheRoute() throws Exception {
        HttpResponse<String> told = post(
                "/anthropic",
                "{\"model\":\"nobody\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");

        assertThat(told.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(told.body()).at("/error/type").textValue()).isEqualTo("not_found_error");
    }

    @Test
    void aDialectThatNobodySpeaksIsToldInOpenAis() throws Exception {
        HttpResponse<String> told = post("/unknown-dialect", CHAT);

        assertThat(told.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(told.body()).at("/error/message").textValue()).contains("CamelLlmRouterDialect");
    }

    @Test
    void feedbackThatSaysNothingIsTheCallersMistake() throws Exception {
        HttpResponse<String> told = post("/feedback", "{\"request_id\":\"r\"}");

        assertThat(told.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(told.body()).path("error");
        assertThat(error.path("message").textValue()).contains("useful");
        assertThat(error.path("type").textValue()).isEqualTo("invalid_request_error");
    }

    @ParameterizedTest
    @CsvSource({"/answer, 429, 429", "/direct, 429, 429", "/answer, 500, 503", "/direct, 500, 503"})
    void whatNobodyAnsweredKeepsItsStatus(String path, int ofProvider, int told) throws Exception {
        provider.does(ScriptedProvider.error(ofProvider, "down"));
        HttpResponse<String> answer = post(path, CHAT);

        assertThat(answer.statusCode()).isEqualTo(told);
        assertThat(JSON.readTree(answer.body()).path("error")).isNotEmpty();
        assertThat(answer.body()).doesNotContain("Internal error");
    }

    @Test
    void anOutputThatFailsItsCheckIsToldToo() throws Exception {
        provider.does(ScriptedProvider.says("blue"), ScriptedProvider.says("blue"));
        String colour = CHAT.replace("Hi", "Which colour?");
        HttpResponse<String> wanted = post("/answer", colour);
        HttpResponse<String> told = post("/direct", colour);

        assertThat(told.statusCode()).isEqualTo(wanted.statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(told.body()).doesNotContain("Internal error").doesNotContain("blue");
    }

    @Test
    void whatARouteItselfFailsWithIsItsOwnAffair() throws Exception {
        HttpResponse<String> told = post("/own", CHAT);

        assertThat(told.statusCode()).isEqualTo(500);
        assertThat(told.body()).contains("Internal error.").doesNotContain("secret");
    }

    @Test
    void anErrorHandlerOfTheRouteStandsAboveIt() throws Exception {
        HttpResponse<String> told = post("/handled", UNKNOWN);

        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).isEqualTo("mine");
    }

    @Test
    void theExchangeHasFailedAllTheSame() throws Exception {
        var failed =
                main.getCamelContext().getEndpoint("mock:failed", org.apache.camel.component.mock.MockEndpoint.class);
        failed.expectedMessageCount(1);

        HttpResponse<String> told = post("/failing", UNKNOWN);

        assertThat(told.statusCode()).isEqualTo(404);
        assertThat(told.headers().firstValue("X-Of-The-House"))
                .as("what the route would have taken off")
                .isEmpty();
        failed.assertIsSatisfied();
        Exchange exchange = failed.getExchanges().get(0);
        assertThat(exchange.getMessage().getBody(String.class))
                .as("the message as it came")
                .isEqualTo(UNKNOWN);
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isNull();
    }
}
