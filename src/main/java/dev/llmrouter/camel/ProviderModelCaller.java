package dev.llmrouter.camel;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.FinishReason;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.Members;
import dev.llmrouter.dispatch.Cancellation;
import dev.llmrouter.dispatch.Cost;
import dev.llmrouter.dispatch.ProviderCall;
import dev.llmrouter.dispatch.ProviderClient;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.ProviderReply;
import dev.llmrouter.dispatch.VectorCheck;
import dev.llmrouter.evaluate.live.ModelCaller;
import dev.llmrouter.evaluate.live.VectorText;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * Calls the models of a policy as the gateway does: over HTTP, through a Camel endpoint, or simulated. No failover and no
 * second try: who validates a model wants that model's answer. Safe for use by many threads.
 */
public final class ProviderModelCaller implements ModelCaller, AutoCloseable {
    /** Longest time for one answer, as of a tier. */
    private static final Duration DEADLINE = Duration.ofSeconds(600);

    private final Map<String, Candidate> models;
    private final @Nullable DefaultCamelContext own;
    private final LlmRouterContext shared;

    private ProviderModelCaller(
            Map<String, Candidate> models, LlmRouterContext shared, @Nullable DefaultCamelContext own) {
        this.models = models;
        this.shared = shared;
        this.own = own;
    }

    /** Calls through an application's own connections and routes, which stay open. */
    public static ProviderModelCaller within(CamelContext camel, RoutingPolicy policy) {
        return new ProviderModelCaller(Members.of(policy).byName(), LlmRouterContext.of(camel), null);
    }

    /** Opens connections for the models of a policy that was loaded with its keys. */
    public static ProviderModelCaller open(RoutingPolicy policy) {
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.setStartupSummaryLevel(StartupSummaryLevel.Off);
        // the gateway's own settings, its ledger above all, are none of this command's business
        if (camel.getPropertiesComponent() instanceof PropertiesComponent properties) {
            properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        }
        camel.start();
        return new ProviderModelCaller(Members.of(policy).byName(), LlmRouterContext.of(camel), camel);
    }

    /** Why a model of the policy cannot be called, and what to do; null if it can. */
    public static @Nullable String problem(RoutingPolicy policy, String model) {
        Candidate candidate = Members.of(policy).byName().get(model);
        if (candidate == null || candidate.provider().protocol() == Protocol.SIMULATOR) {
            return null;
        }
        var key = candidate.provider().apiKey();
        return key == null || key.isSet()
                ? null
                : "provider '" + candidate.provider().name() + "' of model '" + model
                        + "' has no key; set the variable that its apiKey names";
    }

    @Override
    public Answer call(String model, ChatRequest request) throws CallFailedException, InterruptedException {
        Candidate candidate = models.get(model);
        if (candidate == null) {
            throw new CallFailedException(Meaning.HOPELESS, "model '" + model + "' is not in the policy", null, null);
        }
        CompletableFuture<ProviderReply> outcome = new CompletableFuture<>();
        Cancellation cancellation = new Cancellation();
        ProviderCall call = new ProviderCall(candidate, request, System.nanoTime() + DEADLINE.toNanos(), cancellation);
        shared.clientFor(candidate.provider().protocol(), candidate.provider().endpoint())
                .call(call, new ProviderClient.Callback() {
                    @Override
                    public void replied(ProviderReply reply) {
                        outcome.complete(reply);
                    }

                    @Override
                    public void failed(ProviderException failure) {
                        outcome.completeExceptionally(failure);
                    }
                });
        try {
            ProviderReply reply = outcome.get();
            if (reply instanceof ProviderReply.Whole whole) {
                ProviderException fault = VectorCheck.fault(call, whole.reply());
                if (fault != null) {
                    throw failed(candidate, fault);
                }
                return answer(candidate, whole);
            }
            throw new CallFailedException(
                    Meaning.MAYBE_BILLED, "model '" + model + "' streamed although it was not asked to", null, null);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProviderException failure) {
                throw failed(candidate, failure);
            }
            throw new IllegalStateException("a provider client failed", e.getCause());
        } catch (InterruptedException e) {
            cancellation.cancel();
            throw e;
        }
    }

    private static Answer answer(Candidate candidate, ProviderReply.Whole whole) {
        ChatReply reply = whole.reply();
        Usage usage = reply.usage();
        boolean isCut = !reply.choices().isEmpty() && reply.choices().get(0).finishReason() == FinishReason.LENGTH;
        Embeddings made = reply.embeddings();
        return new Answer(
                made == null ? reply.text() : VectorText.of(made.vectors().get(0)),
                usage == null ? 0 : usage.inputTokens(),
                usage == null ? 0 : usage.outputTokens(),
                usage == null || usage.inputTokens() == 0 && made == null // 0 of a text means not counted
                        ? null
                        : Cost.of(candidate.model().price(), usage),
                isCut,
                whole.isMadeUp());
    }

    private static CallFailedException failed(Candidate candidate, ProviderException failure) {
        Meaning meaning = switch (failure.fault()) {
            case STATUS -> failure.wasWorking() ? Meaning.MAYBE_BILLED : meaning(failure.error());
            case CONNECT -> failure.isLasting() || isOfCertificate(failure) ? Meaning.HOPELESS : Meaning.LATER;
            case CONNECT_TIMEOUT, BREAKER_OPEN -> Meaning.LATER;
            case REDIRECT -> Meaning.HOPELESS;
            case UNWRITABLE -> Meaning.REFUSED;
            case HEADERS_TIMEOUT,
                    FIRST_TOKEN_TIMEOUT,
                    IDLE_TIMEOUT,
                    DEADLINE,
                    RESET,
                    TRUNCATED,
                    MALFORMED,
                    CANCELLED,
                    INTERNAL -> Meaning.MAYBE_BILLED;
        };
        return new CallFailedException(
                meaning,
                String.valueOf(failure.getMessage()),
                failure.error().retryAfter(),
                failure,
                Cost.of(candidate.model().price(), failure.usage()));
    }

    /** A certificate that is not taken now is taken no later, whoever carries the call. */
    private static boolean isOfCertificate(ProviderException failure) {
        return ObjectHelper.getException(CertificateException.class, failure) != null;
    }

    /** Providers bill no answer that they report as an error; a gateway's 504 says nothing about what is behind it. */
    private static Meaning meaning(ChatError error) {
        return switch (error.kind()) {
            case RATE_LIMIT, OVERLOADED, SERVER -> Meaning.LATER;
            case TIMEOUT -> Meaning.MAYBE_BILLED;
            case AUTHENTICATION, QUOTA, NOT_FOUND -> Meaning.HOPELESS;
            case INVALID_REQUEST -> error.status() == 409 ? Meaning.LATER : Meaning.REFUSED;
            case CONTEXT_LENGTH, CONTENT_FILTER, TOO_LARGE, PERMISSION -> Meaning.REFUSED;
        };
    }

    @Override
    public void close() {
        if (own == null) {
            return;
        }
        try {
            own.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("connections cannot be closed", e);
        }
    }
}
