package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway in somebody's own application of Camel: it is as closed as the application, and is told so by the same properties. */
class EmbeddedGatewayTest {
    private static final String HOST = "camel.component.llm-gateway.host";

    private static final String KEYS =
            "keys: [ { name: a, sha256: 061798d6da42c946fe0b67f90e151739f202d64af31d46994571ab8eb18f7812 } ]\n";

    private final Main main = new Main();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        main.stop();
    }

    private static RouteBuilder hello() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("llm-gateway:/hello?methods=GET").setBody(constant("here"));
            }
        };
    }

    /** @param properties as {@code name=value} */
    private CamelContext open(String... properties) throws Exception {
        for (String property : properties) {
            String[] parts = property.split("=", 2);
            main.addInitialProperty(parts[0], parts[1]);
        }
        main.addInitialProperty("camel.component.llm-gateway.port", "0");
        main.configure().addRoutesBuilder(hello());
        main.start();
        return main.getCamelContext();
    }

    private static int port(CamelContext camel) {
        return camel.getComponent("llm-gateway", LlmGatewayComponent.class).getActualPort();
    }

    private static String get(CamelContext camel, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(camel))) {
            socket.setSoTimeout(10_000);
            String head = "GET /hello HTTP/1.1\r\nConnection: close\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String policy(String more) throws IOException {
        return "llm-router.policy=file:" + Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  a: { protocol: simulator }
                models:
                  large: { provider: a, context: 100000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  premium: { models: [large] }
                """ + more);
    }

    @Test
    void beyondThisMachineItDoesNotStartWithoutKeysAndSaysWhatToChange() {
        assertThatThrownBy(() -> open(HOST + "=0.0.0.0", policy("")))
                .hasStackTraceContaining("llm-gateway is to listen on 0.0.0.0 (" + HOST + "), and the policy"
                        + " (llm-router.policy) has no keys: anybody who reaches it could spend your money. Add keys to the"
                        + " policy (the command 'key' makes one), listen on 127.0.0.1, or set"
                        + " llm-router.insecure=true.");
    }

    @Test
    void neitherDoesTheShippedGateway() {
        main.addInitialProperty("camel.main.routes-include-pattern", "classpath:routes-xml/*.xml");
        assertThatThrownBy(() -> open(HOST + "=0.0.0.0", "llm-router.gateway=true"))
                .hasStackTraceContaining("has no keys");
    }

    @Test
    void theShippedRoutesThatServeNobodyStartWhateverTheAddress() {
        main.addInitialProperty("camel.main.routes-include-pattern", "classpath:routes-xml/*.xml");
        main.addInitialProperty(HOST, "0.0.0.0");
        main.start();
        assertThat(port(main.getCamelContext())).isZero();
    }

    @Test
    void aRouteThatIsAddedToARunningContextIsRefusedEachTime() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            LlmGatewayComponent gateway = camel.getComponent("llm-gateway", LlmGatewayComponent.class);
            gateway.setPort(0);
            gateway.setHost("0.0.0.0");
            camel.start();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> camel.addRoutes(hello())).hasStackTraceContaining("has no keys");
                assertThat(gateway.getActualPort()).isZero();
            }
        }
    }

    @Test
    void keysInThePolicyOpenIt() throws Exception {
        CamelContext camel = open(HOST + "=0.0.0.0", policy(KEYS));
        assertThat(get(camel, "Host: localhost")).startsWith("HTTP/1.1 200");
    }

    @Test
    void soDoesSayingThatItIsToBeOpen() throws Exception {
        CamelContext camel = open(HOST + "=0.0.0.0", "llm-router.insecure=true");
        assertThat(get(camel, "Host: llm.example.com")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "127.0.0.2"})
    void onThisMachineNoPolicyIsLookedAt(String host) throws Exception {
        CamelContext camel = open(HOST + "=" + host);
        assertThat(port(camel)).isPositive();
        assertThat(LlmRouterContext.of(camel).policies()).isEmpty();
    }

    @Test
    void whatARefusalNamesIsReadHereToo() throws Exception {
        CamelContext camel = open(
                "llm-router.allowed-hosts=llm.example.com, other.example.com",
                "llm-router.cors-origins=https://app.example");
        assertThat(get(camel, "Host: other.example.com")).startsWith("HTTP/1.1 200");
        assertThat(get(camel, "Host: evil.example.com"))
                .startsWith("HTTP/1.1 403")
                .contains("llm-router.allowed-hosts");
        assertThat(get(camel, "Host: localhost", "Origin: https://app.example"))
                .startsWith("HTTP/1.1 200")
                .containsIgnoringCase("Access-Control-Allow-Origin: https://app.example");
    }

    @Test
    void optionsOfTheComponentStandAboveTheProperties() throws Exception {
        CamelContext camel = open(
                "llm-router.allowed-hosts=llm.example.com",
                "llm-router.cors-origins=https://app.example",
                "camel.component.llm-gateway.allowed-hosts=own.example.com",
                "camel.component.llm-gateway.cors-origins=https://own.example");
        assertThat(get(camel, "Host: own.example.com")).startsWith("HTTP/1.1 200");
        assertThat(get(camel, "Host: llm.example.com")).startsWith("HTTP/1.1 403");
        assertThat(get(camel, "Host: localhost", "Origin: https://own.example")).startsWith("HTTP/1.1 200");
        assertThat(get(camel, "Host: localhost", "Origin: https://app.example")).startsWith("HTTP/1.1 403");
    }
}
