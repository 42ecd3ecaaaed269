package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of {@code examples/rest-triage}, as their REST operations call them. */
class RestTriageExampleTest {
    private static final Path EXAMPLE = Path.of("examples", "rest-triage");

    private final DefaultCamelContext camel = new DefaultCamelContext();

    /** In place of the example's store. */
    public static final class Store {
        public String keep(String text, String queue) {
            return "{\"id\":1,\"queue\":\"" + queue + "\"}";
        }

        public @Nullable String find(String id) {
            return id.equals("1") ? "{\"id\":1}" : null;
        }
    }

    @BeforeEach
    void start() throws Exception {
        String yaml = Files.readString(EXAMPLE.resolve("src/main/resources/camel/tickets.camel.yaml"));
        camel.getRegistry().bind("tickets", new Store());
        camel.getPropertiesComponent()
                .addOverrideProperty("llm-router.policy", "file:" + EXAMPLE.resolve("policy.yaml"));
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("tickets.yaml", yaml.substring(yaml.indexOf("- route:"))));
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private Exchange ask(String route, String body, String id) {
        Exchange answer = camel.createProducerTemplate().request(route, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader("id", id);
            exchange.getMessage().setHeader("Authorization", "Bearer secret");
            exchange.getMessage().setHeader("Cookie", "secret");
        });
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getHeaders()).doesNotContainKeys("Authorization", "Cookie", "id");
        assertThat(answer.getMessage().getHeader(Exchange.CONTENT_TYPE)).isEqualTo("application/json");
        return answer;
    }

    @Test
    void aTicketIsKeptOnItsQueue() {
        Exchange answer = ask("direct:create-ticket", "{\"text\":\"I was charged twice for my subscription.\"}", "");
        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo("201");
        assertThat(answer.getMessage().getBody(String.class)).contains("billing");
    }

    /** The first got the caller's own key and cookies back; the others got 500 and no body. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"customer\":\"Ada\"}", "{\"text\":", "no JSON", ""})
    void aBodyWithoutTextIsRefusedAndNothingOfTheRequestGoesBack(String body) {
        Exchange answer = ask("direct:create-ticket", body, "");
        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo("400");
        assertThat(answer.getMessage().getBody(String.class)).contains("text is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99", "abc"})
    void anUnknownNumberIsNotFound(String id) {
        Exchange answer = ask("direct:get-ticket", "", id);
        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo("404");
    }

    /** The store of the example is not on this class path: its signature is. */
    @Test
    void theExamplesStoreTakesAnyNumber() throws Exception {
        List<String> store = Files.readAllLines(EXAMPLE.resolve("src/main/java/tickets/Tickets.java"));
        assertThat(store).anyMatch(line -> line.contains("String find(String id)"));
    }
}
