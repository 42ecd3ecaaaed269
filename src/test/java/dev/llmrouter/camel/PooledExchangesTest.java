package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.impl.engine.PooledProcessorExchangeFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exchanges that are used again, as {@code camel.main.exchange-factory = pooled} has them. */
class PooledExchangesTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        camel.stop();
    }

    /** The copy that went to the record had what the request before had failed with: an answer was a refusal in the ledger. */
    @Test
    void whatFailedBeforeIsNoFailureOfTheNextRequest() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  p: { protocol: simulator, simulator: { latency: 0ms, tokensPerSecond: 0 } }
                models:
                  small: { provider: p, context: 9000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  best: { models: [small] }
                """);
        ExtendedCamelContext extension = camel.getCamelContextExtension();
        extension.setExchangeFactory(new PooledExchangeFactory());
        extension.setProcessorExchangeFactory(new PooledProcessorExchangeFactory());
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        ShippedRoutes.load(camel, folder);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("timer:t?period=300&repeatCount=4&delay=10")
                        .process(exchange -> {
                            exchange.getMessage().setBody("Hello");
                            if (records.isEmpty()) {
                                exchange.getMessage().setHeader("x-llm-task", "nobody-has-it");
                            }
                        })
                        .doTry()
                        .to("direct:llm-route")
                        .doCatch(Exception.class)
                        .end();
            }
        });
        camel.start();

        Awaitility.await().until(() -> records.size() >= 4);
        assertThat(records)
                .extracting(RequestRecord::outcome)
                .containsExactly(
                        RequestRecord.Outcome.REFUSED,
                        RequestRecord.Outcome.OK,
                        RequestRecord.Outcome.OK,
                        RequestRecord.Outcome.OK);
    }
}
