package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import dev.llmrouter.provider.Tls;
import dev.llmrouter.provider.VertxProviderClient;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many calls at once: who waits for a turn or a connection of ours is not a provider that fails. */
class ManyCallsTest {
    private static final int CALLS = 40;
    private static final Duration LIMIT = Duration.ofMillis(200);

    @Test
    void aProviderThatWasInTimeIsNotTimedOutBecauseTheEventLoopWasHeldUp() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ScriptedProvider scripted = new ScriptedProvider();
                VertxProviderClient client = new VertxProviderClient(
                        vertx, new Dialects(Clock.systemUTC())::provider, Tls.ofJvm(), Clock.systemUTC())) {
            scripted.does(ScriptedProvider.says("hello"));
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            Context loop = vertx.getOrCreateContext();
            callAll(1, client, scripted.port(), loop, failures); // loads classes, which takes longer than the limit
            failures.clear();
            callAll(CALLS, client, scripted.port(), loop, failures);
            assertThat(failures).isEmpty();
        } finally {
            vertx.close();
        }
    }

    @Test
    void aProviderThatDoesNotTakeTheConnectionIsGivenUpAtTheLimit() throws Exception {
        Vertx vertx = Vertx.vertx();
        List<Socket> waiting = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                VertxProviderClient client = new VertxProviderClient(
                        vertx, new Dialects(Clock.systemUTC())::provider, Tls.ofJvm(), Clock.systemUTC())) {
            for (int i = 0;
                    i < 4;
                    i++) { // nobody accepts: the queue is full after two, and no more handshakes are answered
                Socket socket = new Socket();
                waiting.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 100);
                } catch (SocketTimeoutException e) {
                    break;
                }
            }
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            callAll(1, client, full.getLocalPort(), vertx.getOrCreateContext(), failures);
            assertThat(failures).containsExactly("Provider 'ours', model 'mini' did not connect within 0.2 s.");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
            vertx.close();
        }
    }

    @Test
    void asManyRequestsAreInFlightAsThereAreCallersAndNotOnlyAHandful() throws Exception {
        Vertx vertx = Vertx.vertx();
        try (ScriptedProvider scripted = new ScriptedProvider();
                VertxProviderClient client = new VertxProviderClient(
                        vertx, new Dialects(Clock.systemUTC())::provider, Tls.ofJvm(), Clock.systemUTC())) {
            CountDownLatch allThere = new CountDownLatch(CALLS);
            scripted.does((socket, out) -> {
                allThere.countDown();
                ScriptedProvider.Behaviour answer = allThere.await(10, TimeUnit.SECONDS)
                        ? ScriptedProvider.says("hello")
                        : ScriptedProvider.status(500, "", "{}");
                answer.answer(socket, out);
            });
            Queue<String> failures = new ConcurrentLinkedQueue<>();
            callAll(CALLS, client, scripted.port(), vertx.getOrCreateContext(), failures);
            assertThat(failures).isEmpty();
            assertThat(allThere.getCount()).isZero();
        } finally {
            vertx.close();
        }
    }

    private static void callAll(int calls, ProviderClient client, int port, Context loop, Queue<String> failures)
            throws InterruptedException {
        CountDownLatch told = new CountDownLatch(calls);
        ProviderClient.Callback outcome = new ProviderClient.Callback() {
            @Override
            public void replied(ProviderReply reply) {
                told.countDown();
            }

            @Override
            public void failed(ProviderException failure) {
                failures.add(String.valueOf(failure.getMessage()));
                told.countDown();
            }
        };
        for (int i = 0; i < calls; i++) {
            loop.runOnContext(nothing -> {
                client.call(call(port), outcome);
                holdUp();
            });
        }
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Work of other requests on the same thread. */
    private static void holdUp() {
        long end = System.nanoTime() + Duration.ofMillis(15).toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static ProviderCall call(int port) {
        Provider provider = new Provider(
                "ours",
                Protocol.OPENAI,
                URI.create("http://127.0.0.1:" + port + "/v1"),
                null,
                null,
                Map.of(),
                Map.of(),
                new Timeouts(LIMIT, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10)),
                BreakerSettings.ofDefaults(),
                SimulatorSettings.ofDefaults());
        Model model = new Model("mini", "ours", "gpt-4o-mini", 100_000, null, Set.of(), null);
        return new ProviderCall(
                new Candidate(model, provider, Candidate.Role.MEMBER),
                ChatRequest.ofText("Hi"),
                System.nanoTime() + Duration.ofSeconds(30).toNanos(),
                new Cancellation());
    }
}
