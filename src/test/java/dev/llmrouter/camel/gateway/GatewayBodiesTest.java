package dev.llmrouter.camel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Bodies that are small and weigh much, and heads that do not say where a body ends. */
class GatewayBodiesTest {
    private static final int ROOM = 1_000_000;

    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger handled = new AtomicInteger();
    private volatile boolean waits;
    private LlmGatewayComponent gateway;

    @BeforeEach
    void start() throws Exception {
        gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
        gateway.setPort(0);
        gateway.setMaxBodiesBytes(ROOM);
        gateway.setDispatch("worker");
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("llm-gateway:/full")
                        .process(exchange -> {
                            handled.incrementAndGet();
                            if (waits) {
                                goOn.await();
                            }
                        })
                        .setBody(constant("well"));
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        camel.stop();
    }

    private CompletableFuture<HttpResponse<String>> ask(String body) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.getActualPort() + "/full"))
                                .timeout(Duration.ofSeconds(30))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static String values(String one, int bytes) {
        return "{\"x\":[" + one.repeat(bytes / one.length()) + "0]}";
    }

    /** A body of 10 MB of empty objects took 400 MB of the heap, and three of them all that a gateway with 512 MB has. */
    @ParameterizedTest
    @ValueSource(strings = {"{},", "[],"})
    void aBodyOfManyValuesIsRefusedByWhatReadingItTakes(String one) {
        HttpResponse<String> answer = ask(values(one, 900_000)).join();
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("so many values", "max-bodies-bytes");
        assertThat(ask(values(one, 90_000)).join().statusCode()).isEqualTo(200);
        assertThat(ask("{\"x\":\"They say: " + one.repeat(300_000) + "\"}")
                        .join()
                        .statusCode())
                .as("a text of them weighs what it has")
                .isEqualTo(200);
        assertThat(ask("{\"arguments\":\"" + one.repeat(300_000) + "\"}").join().statusCode())
                .as("arguments of a tool are read too")
                .isEqualTo(413);
        assertThat(ask("{\"x\":\"\\\"" + one.repeat(300_000) + "\"}").join().statusCode())
                .isEqualTo(200);
        assertThat(ask(values("1234,", 500_000)).join().statusCode())
                .as("numbers of tokens")
                .isEqualTo(200);
    }

    @Test
    void twoThatFitOneByOneDoNotFitTogether() throws Exception {
        waits = true;
        CompletableFuture<HttpResponse<String>> first = ask(values("{},", 90_000));
        LlmGatewayConsumer consumer =
                (LlmGatewayConsumer) camel.getRoutes().get(0).getConsumer();
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> consumer.getPendingExchangesSize() == 1);
        HttpResponse<String> second = ask(values("{},", 90_000)).join();
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        goOn.countDown();
        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(ask(values("{},", 90_000)).join().statusCode()).isEqualTo(200);
    }

    private String raw(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.getActualPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The body was read as the next request, which a proxy in front had not looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {"xchunked", "chunked;q=1", "gzip, chunked", "identity", "chunked\r\nTransfer-Encoding: chunked"})
    void whereABodyEndsHasToBeKnown(String coding) throws IOException {
        for (int i = 0; i < 5; i++) {
            String answer = raw("POST /full HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: " + coding
                    + "\r\n\r\nPOST /full HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(answer).startsWith("HTTP/1.1 400").contains("onnection: close");
            assertThat(answer.split("HTTP/1.1 ", -1)).as(answer).hasSize(2);
        }
        assertThat(ask("{}").join().statusCode()).isEqualTo(200);
        assertThat(handled).as("nobody is asked either").hasValue(1);
    }

    /** Vert.x quotes the value that it does not take. */
    @Test
    void aKeyThatIsNoHeaderIsNotLogged() throws IOException {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.llmrouter");
        logger.addAppender(log);
        logger.setLevel(Level.DEBUG);
        try {
            raw(
                    "POST /full HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer llmr-secret\u001b[31m\r\nContent-Length: 0\r\n\r\n");
        } finally {
            logger.setLevel(null);
            logger.detachAppender(log);
        }
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).noneMatch(text -> text.contains("secret"));
        assertThat(log.list)
                .allMatch(event -> event.getThrowableProxy() == null
                        || !event.getThrowableProxy().getMessage().contains("secret"));
    }
}
