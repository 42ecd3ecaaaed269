package dev.llmrouter.camel;

import dev.llmrouter.record.Recorder;
import dev.llmrouter.record.RequestRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** For each test a CamelContext with the shipped routes, a policy, and one provider on a real socket. */
final class RouterGround implements BeforeEachCallback, AfterEachCallback {
    final DefaultCamelContext camel = new DefaultCamelContext();
    final ScriptedProvider provider;

    /** What was recorded, in the order of its ends. */
    final List<RequestRecord> records = new CopyOnWriteArrayList<>();

    private final String policy;
    private @Nullable Path file;
    private Setup more = context -> {};

    /** What a test adds before the context starts. */
    interface Setup {
        void add(CamelContext camel) throws Exception;
    }

    /** @param policy its text, with {@code %d} for the provider's port */
    RouterGround(String policy) {
        this.policy = policy;
        try {
            provider = new ScriptedProvider();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RouterGround with(Setup setup) {
        more = setup;
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext test) throws Exception {
        Path folder = Files.createTempDirectory("router-ground");
        folder.toFile().deleteOnExit();
        file = Files.writeString(folder.resolve("policy.yaml"), policy.formatted(provider.port()));
        file.toFile().deleteOnExit();
        camel.getPropertiesComponent().addOverrideProperty("llm-router.policy", "file:" + file);
        camel.getRegistry().bind("records", (Recorder) records::add);
        ShippedRoutes.load(camel, folder);
        more.add(camel);
        camel.start();
    }

    @Override
    public void afterEach(ExtensionContext test) throws Exception {
        provider.close();
        camel.stop();
    }

    Path policy() {
        return Objects.requireNonNull(file);
    }

    /** @param route {@code direct:llm-route} and the like */
    Exchange send(String route, @Nullable Object body, Map<String, Object> headers) {
        return camel.createProducerTemplate().request(route, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    /** The last record, as soon as there is one. */
    RequestRecord recorded() {
        Awaitility.await().until(() -> !records.isEmpty());
        return records.get(records.size() - 1);
    }
}
