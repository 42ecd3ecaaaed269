package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.EmbeddingsDialect;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

/**
 * Asks one embedding model, once for each call and never again: for questions of our own, beside a caller's request. A model
 * that rests or whose breaker is open is not asked. Safe for use by many threads.
 */
public final class ProviderEmbedder implements Embedder {
    private final ProviderClient client;
    private final Candidate candidate;
    private final DeploymentHealth health;
    private final LongSupplier nanoTime;
    private final Duration timeout;
    private final ToIntFunction<String> tokens;

    /**
     * @param candidate an embedding model
     * @param health the question's own, not that of the deployments that serve requests
     * @param nanoTime the clock of the health
     * @param timeout of one call, from the start to the vectors
     * @param tokens counts the tokens of a text where the provider does not
     * @throws IllegalArgumentException if the model makes no embeddings
     */
    public ProviderEmbedder(
            ProviderClient client,
            Candidate candidate,
            DeploymentHealth health,
            LongSupplier nanoTime,
            Duration timeout,
            ToIntFunction<String> tokens) {
        if (!candidate.model().isEmbedding()) {
            throw new IllegalArgumentException("model '" + candidate.model().name()
                    + "' makes no embeddings; add 'embeddings' to its capabilities");
        }
        this.client = client;
        this.candidate = candidate;
        this.health = health;
        this.nanoTime = nanoTime;
        this.timeout = timeout;
        this.tokens = tokens;
    }

    @Override
    public CompletableFuture<Embedded> embed(List<String> texts) {
        if (texts.isEmpty() || texts.contains("")) {
            throw new IllegalArgumentException("there is no text to embed, or an empty one");
        }
        ChatRequest request = EmbeddingsDialect.request(texts, candidate.model().name());
        SingleCall single = SingleCall.begin(
                candidate, request, health, nanoTime, timeout, new Cancellation(), nanoTime.getAsLong());
        if (single == null) {
            String message = "model '" + candidate.model().name() + "' rests, or its breaker is open";
            return CompletableFuture.failedFuture(new ProviderException(
                    ProviderException.Fault.CONNECT, ChatError.of(ChatError.Kind.OVERLOADED, 503, message), message));
        }
        CompletableFuture<Embedded> answer = new CompletableFuture<>();
        client.call(single.call(), new ProviderClient.Callback() {
            @Override
            public void replied(ProviderReply reply) {
                if (reply instanceof ProviderReply.Whole whole) {
                    take(single, whole.reply(), texts, answer);
                } else {
                    throw new IllegalStateException("embeddings are never streamed");
                }
            }

            @Override
            public void failed(ProviderException failure) {
                single.failed(failure, false);
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }

    private void take(SingleCall single, ChatReply reply, List<String> texts, CompletableFuture<Embedded> answer) {
        ProviderException fault = VectorCheck.fault(single.call(), reply);
        if (fault != null) {
            single.failed(fault, false);
            answer.completeExceptionally(fault);
            return;
        }
        Usage told = reply.usage();
        Usage usage = told != null
                ? told
                : Usage.of(texts.stream().mapToInt(tokens).sum(), 0).asEstimate();
        Embeddings embeddings = Objects.requireNonNull(reply.embeddings());
        answer.complete(new Embedded(embeddings.vectors(), single.answered(usage)));
    }
}
