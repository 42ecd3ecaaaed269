package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderException.Fault;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a failing route of the user's says about the money: free is only what was never sent. */
class EndpointFailureTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ConnectException("refused"), Fault.CONNECT),
                Arguments.of(new UnknownHostException("nowhere"), Fault.CONNECT),
                Arguments.of(new NoRouteToHostException("no route"), Fault.CONNECT),
                Arguments.of(
                        new IllegalStateException(new IOException(new ConnectException("refused"))), Fault.CONNECT),
                Arguments.of(new HttpConnectTimeoutException("late"), Fault.CONNECT_TIMEOUT),
                Arguments.of(new SocketException("Connection reset"), Fault.RESET),
                Arguments.of(new IOException("closed"), Fault.RESET),
                Arguments.of(new IllegalStateException("after the answer"), Fault.RESET),
                Arguments.of(new SocketTimeoutException("read"), Fault.HEADERS_TIMEOUT));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void onlyWhatNeverReachedTheProviderIsCertainlyFree(Exception failure, Fault fault) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:ours").process(exchange -> {
                        throw failure;
                    });
                }
            });
            camel.start();
            assertThat(outcome(camel).get(10, TimeUnit.SECONDS)).isEqualTo(fault);
        }
    }

    private static CompletableFuture<Object> outcome(DefaultCamelContext camel) {
        Provider provider = new Provider(
                "ours",
                Protocol.OPENAI,
                null,
                "direct:ours",
                null,
                Map.of(),
                Map.of(),
                Timeouts.ofDefaults(),
                BreakerSettings.ofDefaults(),
                SimulatorSettings.ofDefaults());
        Model model = new Model("mini", "ours", "gpt-4o-mini", 100_000, null, Set.of(), null);
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        LlmRouterContext.of(camel)
                .clientFor(Protocol.OPENAI, "direct:ours")
                .call(
                        new ProviderCall(
                                new Candidate(model, provider, Candidate.Role.MEMBER),
                                ChatRequest.ofText("Hi"),
                                System.nanoTime() + TimeUnit.SECONDS.toNanos(30),
                                new Cancellation()),
                        new ProviderClient.Callback() {
                            @Override
                            public void replied(ProviderReply reply) {
                                outcome.complete(reply);
                            }

                            @Override
                            public void failed(ProviderException failed) {
                                outcome.complete(failed.fault());
                            }
                        });
        return outcome;
    }
}
