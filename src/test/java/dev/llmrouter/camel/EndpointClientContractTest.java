package dev.llmrouter.camel;

import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The client behind {@code endpoint:}, against a route of the user's. */
class EndpointClientContractTest extends ProviderClientContract {
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Processor behaviour = exchange -> {};

    @BeforeEach
    void open() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ours").process(exchange -> behaviour.process(exchange));
            }
        });
        camel.start();
    }

    @AfterEach
    void close() {
        closing.countDown();
        camel.stop();
    }

    @Override
    boolean isLive() {
        return false;
    }

    @Override
    ProviderClient client() {
        return LlmRouterContext.of(camel).clientFor(Protocol.OPENAI, "direct:ours");
    }

    @Override
    Provider provider(Timeouts timeouts) {
        return new Provider(
                "ours",
                Protocol.OPENAI,
                null,
                "direct:ours",
                null,
                Map.of(),
                Map.of(),
                timeouts,
                BreakerSettings.ofDefaults(),
                SimulatorSettings.ofDefaults());
    }

    @Override
    void answers(String text) {
        behaviour = exchange -> exchange.getMessage()
                .setBody(
                        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                                + "\"},\"finish_reason\":\"stop\"}],"
                                + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}");
    }

    @Override
    void refuses(int status, @Nullable Integer retryAfter) {
        behaviour = exchange -> {
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, status);
            if (retryAfter != null) {
                exchange.getMessage().setHeader("Retry-After", retryAfter);
            }
            exchange.getMessage()
                    .setBody("{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,\"code\":null}}");
        };
    }

    @Override
    void isSilent() {
        behaviour = exchange -> closing.await();
    }
}
