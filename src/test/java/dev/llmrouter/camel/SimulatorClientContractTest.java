package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.Fault;
import dev.llmrouter.simulator.SimulatedProviderClient;
import dev.llmrouter.simulator.SimulatorBill;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The simulator in process. */
class SimulatorClientContractTest extends ProviderClientContract {
    private final SimulatedProviderClient client = new SimulatedProviderClient(new SimulatorBill(), Clock.systemUTC());

    @AfterEach
    void close() {
        client.close();
    }

    @Override
    ProviderClient client() {
        return client;
    }

    @Override
    Provider provider(Timeouts timeouts) {
        return new Provider(
                "ours",
                Protocol.SIMULATOR,
                null,
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
        client.onModel("mini", Behaviour.answering(text));
    }

    @Override
    void refuses(int status, @Nullable Integer retryAfter) {
        ChatError error = new Dialects(Clock.systemUTC())
                .provider(Protocol.OPENAI)
                .parseError(status, "{\"error\":{\"message\":\"no\"}}".getBytes(StandardCharsets.UTF_8));
        client.onModel(
                "mini",
                Behaviour.failing(new Fault.Status(
                        error.advised(retryAfter == null ? null : Duration.ofSeconds(retryAfter), null))));
    }

    @Override
    void isSilent() {
        client.onModel("mini", Behaviour.failing(new Fault.Hang()));
    }
}
