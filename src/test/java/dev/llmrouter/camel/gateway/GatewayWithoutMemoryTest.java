package dev.llmrouter.camel.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests for which memory runs out where Camel itself does not come to tell of it: nobody waits for ever, and no place is lost. */
class GatewayWithoutMemoryTest {
    private static final int PLACES = 2;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private volatile boolean isShort = true;
    private LlmGatewayComponent gateway;
    private LlmGatewayConsumer consumer;

    @BeforeEach
    void start() throws Exception {
        gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
        gateway.setPort(0);
        gateway.setMaxRequests(PLACES);
        gateway.setHeaderFilterStrategy(new Headers());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("llm-gateway:/full").setHeader("x-own", constant("1")).setBody(constant("well"));
            }
        });
        camel.start();
        consumer = (LlmGatewayConsumer) camel.getRoutes().get(0).getConsumer();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** Where the answer is written, outside of the route. */
    private final class Headers implements HeaderFilterStrategy {
        private final HeaderFilterStrategy usual = ReplyHeaders.ofDefaults();

        @Override
        public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
            if (isShort) {
                throw new OutOfMemoryError("Java heap space");
            }
            return usual.applyFilterToCamelHeaders(name, value, exchange);
        }

        @Override
        public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
            return usual.applyFilterToExternalHeaders(name, value, exchange);
        }
    }

    private HttpResponse<String> ask() throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.getActualPort() + "/full"))
                                .timeout(Duration.ofSeconds(20))
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void theCallerIsToldAndThePlaceIsFree() throws Exception {
        for (int i = 0; i < 2 * PLACES; i++) {
            assertThatThrownBy(this::ask)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(java.net.http.HttpTimeoutException.class);
        }
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> consumer.getPendingExchangesSize() == 0);
        isShort = false;
        assertThat(ask().body()).isEqualTo("well");
    }
}
