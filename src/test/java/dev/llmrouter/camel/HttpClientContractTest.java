package dev.llmrouter.camel;

import dev.llmrouter.chat.Dialects;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import dev.llmrouter.provider.Tls;
import dev.llmrouter.provider.VertxProviderClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The client over HTTP, against a provider on a real socket. */
class HttpClientContractTest extends ProviderClientContract {
    private final Vertx vertx = Vertx.vertx();
    private final VertxProviderClient client =
            new VertxProviderClient(vertx, new Dialects(Clock.systemUTC())::provider, Tls.ofJvm(), Clock.systemUTC());
    private ScriptedProvider provider;

    @BeforeEach
    void open() throws Exception {
        provider = new ScriptedProvider();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        provider.close();
        vertx.close();
    }

    @Override
    ProviderClient client() {
        return client;
    }

    @Override
    Provider provider(Timeouts timeouts) {
        return new Provider(
                "ours",
                protocol(),
                URI.create("http://127.0.0.1:" + provider.port() + "/v1"),
                null,
                null,
                Map.of(),
                Map.of(),
                timeouts,
                BreakerSettings.ofDefaults(),
                SimulatorSettings.ofDefaults());
    }

    @Override
    void answers(String text) {
        provider.does((socket, out) -> {
            boolean streamed =
                    provider.requests.get(provider.requests.size() - 1).contains("\"stream\":true");
            (streamed ? stream(text) : whole(text)).answer(socket, out);
        });
    }

    /** What the provider speaks. */
    Protocol protocol() {
        return Protocol.OPENAI;
    }

    ScriptedProvider.Behaviour whole(String text) {
        return ScriptedProvider.says(text);
    }

    ScriptedProvider.Behaviour stream(String text) {
        return ScriptedProvider.streams(ScriptedProvider.chunk(text), ScriptedProvider.STOP, "[DONE]");
    }

    @Override
    void refuses(int status, @Nullable Integer retryAfter) {
        provider.does(ScriptedProvider.status(
                status,
                retryAfter == null ? "" : "Retry-After: " + retryAfter + "\r\n",
                "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,\"code\":null}}"));
    }

    @Override
    void isSilent() {
        provider.does(provider.silent());
    }
}
