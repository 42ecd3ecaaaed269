package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.dispatch.Attempt;
import dev.llmrouter.dispatch.AttemptOutcome;
import dev.llmrouter.evaluate.live.ModelCaller;
import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.provider.BatchException;
import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Providers as they are in life: over TLS, behind a company's own authority, and behind its proxy. */
class TlsProviderTest {
    @TempDir
    private static Path stores;

    private static Path known = Path.of("");
    private static Path foreign = Path.of("");
    private static Path expired = Path.of("");
    private static Path client = Path.of("");
    private static Path trust = Path.of("");
    private static Path clients = Path.of("");

    @TempDir
    private Path folder;

    private int attempts = 1;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<RequestRecord> records = new CopyOnWriteArrayList<>();
    private final List<TlsModel> models = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() {
        Certificates made = new Certificates(stores);
        known = made.key("known", "localhost");
        foreign = made.key("foreign", "models.example");
        Path authority = made.key("authority", "authority", "-ext", "bc:c");
        expired = made.signed("expired", "localhost", authority, "-startdate", "-10d", "-validity", "1");
        client = made.key("client", "gateway");
        trust = made.trust("trust", known, foreign, authority);
        clients = made.trust("clients", client);
    }

    private static @Nullable ProxySelector selector;

    @BeforeAll
    static void keepProxies() {
        selector = ProxySelector.getDefault();
    }

    @AfterAll
    static void restoreProxies() {
        ProxySelector.setDefault(selector);
    }

    @AfterEach
    void stop() {
        ProxySelector.setDefault(selector);
        camel.stop();
        models.forEach(TlsModel::close);
    }

    /** @return the port */
    private int provider(Path key, boolean asksForCertificate) throws Exception {
        TlsModel model = new TlsModel(Certificates.context(key, clients), asksForCertificate);
        models.add(model);
        return model.port();
    }

    private void start(@Nullable SSLContextParameters parameters, String address, String more) throws Exception {
        start(parameters, """
                version: 1
                owner: test
                baseline: premium
                evidence: off
                providers:
                  one: { protocol: openai, baseUrl: "%s"%s }
                models:
                  large: { provider: one, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  premium: { models: [large], maxAttempts: %d }
                """.formatted(address, more, attempts));
    }

    private void start(@Nullable SSLContextParameters parameters, String text) throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), text);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + policy);
        camel.getRegistry().bind("records", (Recorder) records::add);
        camel.getComponent("llm-provider", LlmProviderComponent.class).setSslContextParameters(parameters);
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    private Exchange ask() {
        return camel.createProducerTemplate()
                .request("direct:llm-route", exchange -> exchange.getMessage().setBody("How much is it?"));
    }

    private void isAnswered() {
        Exchange answer = ask();
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo("ten");
    }

    /** What was thrown says it to people; what is recorded is that nobody could be reached, so that another model is asked. */
    private void cannotBeReached(String why) {
        Throwable thrown = ask().getException();
        assertThat(thrown).isNotNull();
        Throwable root = thrown;
        StringBuilder all = new StringBuilder();
        for (int depth = 0; root != null && depth < 10; depth++) {
            all.append(root.getMessage()).append('\n');
            root = root.getCause();
        }
        assertThat(all.toString()).contains("Provider 'one', model 'large' cannot be reached: " + why);
        Awaitility.await().until(() -> !records.isEmpty());
        assertThat(records.get(records.size() - 1).attempts())
                .extracting(Attempt::outcome)
                .containsOnly(AttemptOutcome.CONNECT);
    }

    @Test
    void aCompanysOwnAuthorityIsTrustedThroughCamelsParameters() throws Exception {
        start(Certificates.trusting(trust), "https://localhost:" + provider(known, false) + "/v1", "");
        isAnswered();
    }

    @Test
    void theParametersOfTheContextCountWhereTheComponentIsToldSo() throws Exception {
        camel.setSSLContextParameters(Certificates.trusting(trust));
        camel.getComponent("llm-provider", LlmProviderComponent.class).setUseGlobalSslContextParameters(true);
        start(null, "https://localhost:" + provider(known, false) + "/v1", "");
        isAnswered();
    }

    @Test
    void whoIsNotTrustedIsNotCalled() throws Exception {
        start(null, "https://localhost:" + provider(known, false) + "/v1", "");
        cannotBeReached("its certificate is not trusted");
    }

    /** A validation waits for a provider that is away. */
    @Test
    void nobodyWaitsForACertificateThatIsNotTrusted() throws Exception {
        start(null, "https://localhost:" + provider(known, false) + "/v1", "");
        endsAValidation();
    }

    private void endsAValidation() {
        ModelCaller caller = ProviderModelCaller.within(
                camel, LlmRouterContext.of(camel).defaultPolicy().policy());
        assertThatThrownBy(() -> caller.call("large", ChatRequest.ofText("How much is it?")))
                .isInstanceOfSatisfying(
                        ModelCaller.CallFailedException.class,
                        failure -> assertThat(failure.meaning()).isEqualTo(ModelCaller.Meaning.HOPELESS));
    }

    @Test
    void aCertificateOfAnotherHostIsNone() throws Exception {
        start(Certificates.trusting(trust), "https://localhost:" + provider(foreign, false) + "/v1", "");
        cannotBeReached("its certificate is not one of its host");
    }

    @Test
    void anExpiredCertificateIsNone() throws Exception {
        start(Certificates.trusting(trust), "https://localhost:" + provider(expired, false) + "/v1", "");
        cannotBeReached("its certificate has expired");
    }

    @Test
    void whatSpeaksNoTlsIsNotCalled() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                while (!plain.isClosed()) {
                    try {
                        Socket caller = plain.accept(); // stays open: it is what it says that tells
                        caller.getOutputStream()
                                .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    } catch (IOException e) {
                        return; // the test is over
                    }
                }
            });
            thread.setDaemon(true);
            thread.start();
            start(Certificates.trusting(trust), "https://localhost:" + plain.getLocalPort() + "/v1", "");
            cannotBeReached("no TLS connection came about");
        }
    }

    @Test
    void aHostThatNobodyKnowsIsNamedAsSuch() throws Exception {
        start(null, "https://models.invalid/v1", "");
        cannotBeReached("the name of its host is not known");
    }

    @Test
    void aCertificateIsShownWhereTheProviderAsksForOne() throws Exception {
        start(Certificates.showing(client, trust), "https://localhost:" + provider(known, true) + "/v1", "");
        isAnswered();
    }

    @Test
    void withoutTheCertificateThatIsAskedForTheConnectionEnds() throws Exception {
        start(Certificates.trusting(trust), "https://localhost:" + provider(known, true) + "/v1", "");
        assertThat(ask().getException()).isNotNull();
        Awaitility.await().until(() -> !records.isEmpty());
        assertThat(records.get(0).attempts())
                .extracting(Attempt::outcome)
                .as("TLS 1.3 tells it after the handshake")
                .containsAnyOf(AttemptOutcome.CONNECT, AttemptOutcome.RESET)
                .doesNotContain(AttemptOutcome.MALFORMED);
    }

    /** In TLS 1.2 it is told within the handshake, in 1.3 when the request is on its way. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRefusedCertificateEndsAValidationAndCostsNothing(String version) throws Exception {
        SSLContextParameters parameters = Certificates.trusting(trust);
        SecureSocketProtocolsParameters versions = new SecureSocketProtocolsParameters();
        versions.setSecureSocketProtocol(List.of(version));
        parameters.setSecureSocketProtocols(versions);
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> refuseAll(server));
            thread.setDaemon(true);
            thread.start();
            start(parameters, "https://localhost:" + server.getLocalPort() + "/v1", "");
            cannotBeReached("it refused the TLS connection (");
            assertThat(records.get(0).attempts())
                    .extracting(Attempt::costUsd)
                    .allSatisfy(cost -> assertThat(cost).isZero());
            endsAValidation();
        }
    }

    /** Wants a certificate that nobody here shows. What is sent is read to its end: a reset could overtake the alert. */
    private static void refuseAll(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket plain = server.accept()) {
                SSLSocket caller = (SSLSocket) Certificates.context(known, clients)
                        .getSocketFactory()
                        .createSocket(plain, "localhost", plain.getPort(), false);
                caller.setUseClientMode(false);
                caller.setNeedClientAuth(true);
                try {
                    caller.startHandshake();
                } catch (SSLException e) {
                    plain.shutdownOutput();
                    plain.getInputStream().readAllBytes();
                }
            } catch (IOException | GeneralSecurityException e) {
                return; // the test is over
            }
        }
    }

    /** What commands have, which read no camel.ssl properties. */
    @Test
    void theJvmsKeyStoreCountsWhereNothingElseIsSaid() throws Exception {
        Map<String, String> settings = Map.of(
                "javax.net.ssl.keyStore",
                client.toString(),
                "javax.net.ssl.keyStoreType",
                "PKCS12",
                "javax.net.ssl.keyStorePassword",
                Certificates.PASSWORD,
                "javax.net.ssl.trustStore",
                trust.toString(),
                "javax.net.ssl.trustStorePassword",
                Certificates.PASSWORD);
        settings.forEach(System::setProperty);
        try {
            start(null, "https://localhost:" + provider(known, true) + "/v1", "");
            isAnswered();
            System.setProperty("javax.net.ssl.keyStorePassword", "not-this");
            assertThatThrownBy(TlsParameters::ofJvm)
                    .isInstanceOf(TlsParametersException.class)
                    .hasMessageContaining("javax.net.ssl.keyStore")
                    .hasMessageNotContaining("not-this");
            System.setProperty(
                    "javax.net.ssl.keyStore", folder.resolve("none.p12").toString());
            assertThatThrownBy(TlsParameters::ofJvm).hasMessageContaining("none.p12");
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
    }

    @Test
    void aStoreThatCannotBeOpenedEndsTheStart() {
        SSLContextParameters parameters = Certificates.trusting(trust);
        parameters.getTrustManagers().getKeyStore().setPassword("wrong");
        assertThatThrownBy(() -> start(parameters, "https://localhost/v1", ""))
                .rootCause()
                .isNotNull();
        assertThatThrownBy(() -> TlsParameters.of(parameters, camel, "llm-provider"))
                .hasMessageContaining("The SSLContextParameters of llm-provider cannot be used")
                .hasMessageContaining("password")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void aProxyOfTheProvidersIsGoneThrough() throws Exception {
        int port = provider(known, false);
        try (ConnectProxy proxy = new ConnectProxy(Map.of("localhost:" + port, port), null)) {
            start(
                    Certificates.trusting(trust),
                    "https://localhost:" + port + "/v1",
                    ", proxy: \"http://127.0.0.1:" + proxy.port() + "\"");
            isAnswered();
            assertThat(proxy.heads()).singleElement().asString().startsWith("CONNECT localhost:" + port);
        }
    }

    /** Name and password are percent-encoded in the address; names of hosts are for the proxy to look up. */
    @Test
    void aProxyGetsNameAndPassword() throws Exception {
        int port = provider(foreign, false);
        // Base64 of "me:p@ss"
        try (ConnectProxy proxy = new ConnectProxy(Map.of("models.example:443", port), "bWU6cEBzcw==")) {
            camel.getPropertiesComponent()
                    .addOverrideProperty("company.proxy", "http://me:p%40ss@127.0.0.1:" + proxy.port());
            start(Certificates.trusting(trust), "https://models.example/v1", ", proxy: \"{{company.proxy}}\"");
            isAnswered();
        }
    }

    @Test
    void aProxyThatRefusesIsNamedWithItsStatus() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(Map.of(), "bWU6cEBzcw==")) {
            start(null, "https://models.example/v1", ", proxy: \"http://127.0.0.1:" + proxy.port() + "\"");
            cannotBeReached("the proxy did not connect to it (status 407)");
        }
    }

    /** Each try with a wrong password counts for the lock of a directory's account. */
    @ParameterizedTest
    @ValueSource(strings = {"https", "http"})
    void aPasswordThatTheProxyRefusesIsShownOnceForARequest(String scheme) throws Exception {
        attempts = 4;
        try (ConnectProxy proxy = new ConnectProxy(Map.of(), "bWU6cEBzcw==")) {
            start(null, scheme + "://models.example/v1", ", proxy: \"http://me:wrong@127.0.0.1:" + proxy.port() + "\"");
            cannotBeReached("the proxy did not connect to it (status 407), for it wants another user or password");
            assertThat(proxy.heads()).hasSize(1);
            endsAValidation();
            assertThat(proxy.heads()).hasSize(2);
        }
    }

    /** Over plain http there is no CONNECT: the proxy's refusal comes as the provider's answer. */
    @Test
    void anotherModelIsAskedWhereTheProxyRefusesAPlainRequest() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(Map.of(), "bWU6cEBzcw==")) {
            start(Certificates.trusting(trust), """
                    version: 1
                    owner: test
                    baseline: premium
                    evidence: off
                    providers:
                      one: { protocol: openai, baseUrl: "http://models.example/v1", proxy: "http://127.0.0.1:%d" }
                      two: { protocol: openai, baseUrl: "https://localhost:%d/v1" }
                    models:
                      large: { provider: one, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                      spare: { provider: two, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                    tiers:
                      premium: { models: [large, spare], strategy: failover }
                    """.formatted(proxy.port(), provider(known, false)));
            isAnswered();
            Awaitility.await().until(() -> !records.isEmpty());
            assertThat(records.get(0).attempts())
                    .extracting(Attempt::outcome)
                    .containsExactly(AttemptOutcome.CONNECT, AttemptOutcome.OK);
        }
    }

    @Test
    void aBatchWaitsWhereTheProxyRefusesItsOrder() throws Exception {
        try (ConnectProxy proxy = new ConnectProxy(Map.of(), "bWU6cEBzcw==")) {
            start(null, "http://models.example/v1", ", proxy: \"http://127.0.0.1:" + proxy.port() + "\"");
            LlmRouterContext router = LlmRouterContext.of(camel);
            BatchApi api = Objects.requireNonNull(router.batches(Objects.requireNonNull(
                    router.defaultPolicy().policy().providers().get("one"))));
            assertThatThrownBy(() -> api.status("batch_1"))
                    .hasMessageContaining("wants another user or password")
                    .isInstanceOfSatisfying(
                            BatchException.class,
                            failure -> assertThat(failure.isRefusal()).isFalse());
        }
    }

    @Test
    void theJvmsProxyIsGoneThroughUnlessTheProviderIsDirect() throws Exception {
        int port = provider(known, false);
        try (ConnectProxy proxy = new ConnectProxy(Map.of("localhost:" + port, port), null)) {
            ProxySelector.setDefault(all(proxy.port()));
            start(Certificates.trusting(trust), "https://localhost:" + port + "/v1", ", proxy: direct");
            isAnswered();
            assertThat(proxy.heads()).isEmpty();
        }
    }

    @Test
    void theJvmsProxyIsGoneThrough() throws Exception {
        int port = provider(known, false);
        try (ConnectProxy proxy = new ConnectProxy(Map.of("localhost:" + port, port), null)) {
            ProxySelector.setDefault(all(proxy.port()));
            start(
                    Certificates.trusting(trust),
                    "https://localhost:" + port + "/v1",
                    ", proxy: \"{{no.such.property}}\"");
            isAnswered();
            assertThat(proxy.heads()).hasSize(1);
        }
    }

    private static ProxySelector all(int port) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress("127.0.0.1", port)));
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        };
    }
}
