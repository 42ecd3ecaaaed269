package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.camel.Certificates;
import dev.llmrouter.camel.TlsModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway over https, set up as any application of Camel Main is. */
class GatewayTlsTest {
    private static final String QUESTION =
            "{\"model\":\"auto\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"How much is it?\"}]}";

    @TempDir
    private static Path stores;

    private static Path server = Path.of("");
    private static Path client = Path.of("");
    private static Path stranger = Path.of("");
    private static Path trust = Path.of("");

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeCertificates() {
        Certificates made = new Certificates(stores);
        server = made.key("server", "localhost");
        client = made.key("client", "somebody");
        stranger = made.key("stranger", "somebody");
        trust = made.trust("trust", server, client);
    }

    private static RunningGateway start(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--camel.component.llm-gateway.use-global-ssl-context-parameters=true",
                "--camel.ssl.enabled=true",
                "--camel.ssl.keystore-password=" + Certificates.PASSWORD,
                "--camel.ssl.trust-store=" + trust.toUri(),
                "--camel.ssl.trust-store-password=" + Certificates.PASSWORD));
        arguments.addAll(Arrays.asList(more));
        return RunningGateway.start(arguments.toArray(String[]::new));
    }

    private static String keys() {
        return "--camel.ssl.key-store=" + server.toUri();
    }

    /** @param shown the client's own certificate */
    private static HttpResponse<String> ask(String url, Path shown) throws Exception {
        try (var http = new Closing(HttpClient.newBuilder()
                .sslContext(Certificates.context(shown, trust))
                .build())) {
            return http.client()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(QUESTION))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
        }
    }

    /** JDK 17's client cannot be closed; it ends when nobody has it. */
    private record Closing(HttpClient client) implements AutoCloseable {
        @Override
        public void close() {}
    }

    @Test
    void answersOverHttpsAndInNoOtherWay() throws Exception {
        try (RunningGateway gateway = start(keys())) {
            assertThat(gateway.url()).startsWith("https://");
            HttpResponse<String> answer = ask(gateway.url(), stranger);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("data: [DONE]");
            assertThatThrownBy(() -> ask(gateway.url().replace("https:", "http:"), stranger))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void asksForACertificateWhereItIsToldTo() throws Exception {
        try (RunningGateway gateway = start(keys(), "--camel.ssl.client-authentication=REQUIRE")) {
            assertThat(ask(gateway.url(), client).statusCode()).isEqualTo(200);
            // in TLS 1.3 the refusal comes after the handshake: the client meets it, or the end of the connection
            assertThatThrownBy(() -> ask(gateway.url(), stranger)).isInstanceOf(IOException.class);
        }
    }

    /** Caller, gateway and provider: each connection is TLS, and a stream goes through as it comes. */
    @Test
    void streamsGoFromAProviderOverTlsToACallerOverTls() throws Exception {
        try (TlsModel model = new TlsModel(Certificates.context(server, trust), false)) {
            Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                    version: 1
                    owner: test
                    baseline: premium
                    evidence: off
                    providers:
                      one: { protocol: openai, baseUrl: "https://localhost:%d/v1" }
                    models:
                      large: { provider: one, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                    tiers:
                      premium: { models: [large] }
                    """.formatted(model.port()));
            try (RunningGateway gateway = start(
                    keys(),
                    "--llm-router.policy=" + policy.toUri(),
                    "--camel.component.llm-provider.use-global-ssl-context-parameters=true")) {
                assertThat(ask(gateway.url(), stranger).body()).contains("\"content\":\"ten\"", "data: [DONE]");
            }
        }
    }

    @Test
    void saysWhatIsMissingWhereThereIsNoCertificateToShow() {
        assertThatThrownBy(GatewayTlsTest::start)
                .hasMessageContaining("no certificate to show")
                .hasMessageContaining("camel.ssl.key-store");
    }

    @Test
    void saysThatAStoreCannotBeOpened() {
        assertThatThrownBy(() -> start(
                        "--camel.ssl.key-store=" + folder.resolve("none.p12").toUri()))
                .hasMessageContaining("The SSLContextParameters of llm-gateway cannot be used")
                .hasMessageContaining("none.p12");
    }
}
