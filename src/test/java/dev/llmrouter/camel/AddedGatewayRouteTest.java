package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes of a user's own from {@code llm-gateway}: added to a context that runs, and with headers in their reply. Issue 14, 3. */
class AddedGatewayRouteTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final DefaultCamelContext camel = new DefaultCamelContext();

    @BeforeEach
    void start() {
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setPort(0);
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void add(String path) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("llm-gateway:" + path)
                        .setBody(constant("here"))
                        .setHeader("x-team", constant("triage"))
                        .setHeader("Retry-Budget", constant(3))
                        .setHeader("CamelSecret", constant("no"))
                        .setHeader("x-lines", constant("a\nb"));
            }
        });
    }

    private HttpResponse<String> get(String path) throws Exception {
        int port = camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("x-asked", "yes")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aRouteThatIsAddedToARunningContextListens() throws Exception {
        add("/first");
        assertThat(get("/first").body()).isEqualTo("here");
        add("/second");
        assertThat(get("/second").body()).isEqualTo("here");
        assertThat(get("/first").statusCode()).isEqualTo(200);
    }

    @Test
    void itListensAgainAfterTheContextHasBeenStoppedAndStartedOrItsRouteReplaced() throws Exception {
        add("/first");
        String id = camel.getRoutes().get(0).getId();
        camel.getRouteController().stopRoute(id);
        camel.removeRoute(id);
        assertThat(get("/first").statusCode()).isEqualTo(404);
        add("/first");
        assertThat(get("/first").statusCode()).isEqualTo(200);
    }

    @Test
    void headersThatTheRouteSetsReachTheReplyAndOthersDoNot() throws Exception {
        add("/first");
        var headers = get("/first").headers();
        assertThat(headers.firstValue("x-team")).contains("triage");
        assertThat(headers.firstValue("Retry-Budget")).contains("3");
        assertThat(headers.map()).doesNotContainKeys("camelsecret", "x-lines", "x-asked");
    }

    @Test
    void theHeaderFilterStrategyOfTheComponentIsObeyed() throws Exception {
        DefaultHeaderFilterStrategy strategy = new DefaultHeaderFilterStrategy();
        strategy.getOutFilter().add("x-team");
        camel.getComponent("llm-gateway", LlmGatewayComponent.class).setHeaderFilterStrategy(strategy);
        add("/first");
        var headers = get("/first").headers();
        assertThat(headers.firstValue("x-team")).isEmpty();
        assertThat(headers.firstValue("Retry-Budget")).contains("3");
    }
}
