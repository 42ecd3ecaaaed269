package dev.llmrouter.camel.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.llmrouter.camel.LlmRouterConstants;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.RoutingExchange;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.UnwritableRequestException;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.route.Decided;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a line whose tier has a batch into it; it is answered when the batch is. A line whose task nobody knows without asking a
 * model goes the ordinary way: who is asked is paid at once, and would be again when the answer comes.
 */
public final class BulkLineProcessor extends FileStep {
    /** Most lines of a batch, where that is less than what the provider allows. */
    static final String LINES = "llm-router.files.batch-lines";

    private static final Logger LOG = LoggerFactory.getLogger(BulkLineProcessor.class);
    private static final String DECIDED = "CamelLlmRouterFileDecided";
    private static final String TAKES_ANSWERS = "llmBatchAnswer";
    private static final List<String> STEPS = List.of("llmReceiver", "llmClassifier", "llmDecider");

    /** Whether the line is to be put into a batch. For {@code when}. */
    public boolean isForBatch(Exchange exchange) {
        if (!line(exchange).mayWait() || batches(exchange).isEnding() || !takesAnswers(exchange)) {
            return false;
        }
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        if (!hasBatches(context.defaultPolicy().current().policy())) {
            return false;
        }
        Decided decided = decided(exchange);
        if (decided == null
                || !isWritable(api(context, decided), decided)
                || !isKept(line(exchange).batch())) {
            return false;
        }
        exchange.setProperty(DECIDED, decided);
        return true;
    }

    /** A document may be none that the provider can be told: the ordinary way asks others, or says why. */
    private static boolean isWritable(@Nullable BatchApi api, Decided decided) {
        ChatRequest request = decided.described().request();
        if (api == null || request.messages().stream().noneMatch(BulkLineProcessor::hasDocument)) {
            return api != null;
        }
        Candidate candidate = decided.decision().candidates().get(0);
        try {
            api.line("probe", decided.toProvider(), candidate.model(), true);
            return true;
        } catch (JsonProcessingException | UnwritableRequestException e) {
            LOG.debug("A line is not put into a batch", e);
            return false;
        }
    }

    private static boolean hasDocument(ChatMessage message) {
        return message.parts().stream()
                .anyMatch(part -> part instanceof Part.Document || part instanceof Part.ToolResult);
    }

    private static boolean isKept(Batch batch) {
        try {
            return batch.bulks().takesLines();
        } catch (IOException e) {
            batch.broke(e);
            return true; // not to be called either
        }
    }

    /** A route of the user's own that knows nothing of batches would ask, and pay, again. */
    private static boolean takesAnswers(Exchange exchange) {
        return exchange.getContext().getRegistry().lookupByName(TAKES_ANSWERS) != null;
    }

    private static boolean hasBatches(RoutingPolicy policy) {
        return policy.tiers().values().stream().anyMatch(tier -> tier.batch() != null);
    }

    /** What would become of the line; null where somebody has to be asked, or it cannot be served: the ordinary way says why. */
    private static @Nullable Decided decided(Exchange exchange) {
        Exchange probe = exchange.copy();
        try {
            for (String step : STEPS) {
                Processor processor = exchange.getContext().getRegistry().lookupByNameAndType(step, Processor.class);
                Objects.requireNonNull(processor, step).process(probe);
            }
        } catch (Exception e) {
            LOG.debug("A line is not put into a batch: {}", e.getClass().getName());
            return null;
        }
        boolean asks = probe.getProperty(LlmRouterConstants.ASK_CLASSIFIER) != null
                || probe.getProperty(LlmRouterConstants.ASK_EMBEDDER) != null;
        return !asks && RoutingExchange.stage(probe) instanceof Decided decided ? decided : null;
    }

    private static @Nullable BatchApi api(LlmRouterContext context, Decided decided) {
        Tier tier = decided.decision().policy().tier(decided.decision().tier()).orElse(null);
        Candidate candidate = decided.decision().candidates().get(0);
        boolean isPriced = candidate.model().inBatch().price() != null;
        return tier == null
                        || tier.batch() == null
                        || !isPriced
                        || decided.described().request().isEmbeddings()
                ? null
                : context.batches(candidate.provider());
    }

    @Override
    public void process(Exchange exchange) {
        BatchLine line = line(exchange);
        Decided decided = (Decided) Objects.requireNonNull(exchange.removeProperty(DECIDED), DECIDED);
        BatchApi api = Objects.requireNonNull(api(LlmRouterContext.of(exchange.getContext()), decided), "api");
        line.waits();
        if (line.batch().broken() != null) {
            line.release();
            return;
        }
        try {
            line.batch().bulks().collect(line, decided, api, batches(exchange).setting(LINES, Integer.MAX_VALUE));
        } catch (IOException e) {
            line.batch().broke(e);
        }
        line.release();
    }
}
