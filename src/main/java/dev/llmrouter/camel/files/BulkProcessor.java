package dev.llmrouter.camel.files;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.provider.BatchApi;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Goes one step on with the batches of a file at providers. The body becomes the lines of one that has ended, with their answers, for
 * a {@code split}; none as long as none has.
 */
public final class BulkProcessor extends FileStep {
    /** First wait before a batch is looked at, in ms; it grows. */
    static final String POLL = "llm-router.files.batch-poll-ms";

    private static final int POLL_MILLIS = 10_000;

    /** Whether lines wait for batches. For {@code loop}. */
    public boolean isLeft(Exchange exchange) {
        Batch batch = batch(exchange);
        return !batches(exchange).isEnding()
                && batch.broken() == null
                && batch.bulks().isOpen();
    }

    @Override
    public void process(Exchange exchange) {
        Batch batch = batch(exchange);
        FileBatches batches = batches(exchange);
        LlmRouterContext context = LlmRouterContext.of(exchange.getContext());
        Iterator<BatchLine> lines = Collections.emptyIterator();
        try {
            batches.waits(batch);
            batch.bulks().putAway(batch::areDone);
            batch.bulks().seal();
            batch.bulks().advance(model -> api(context, model), Duration.ofMillis(batches.setting(POLL, POLL_MILLIS)));
            lines = lines(batch, batches, context);
        } catch (IOException e) {
            batch.broke(e);
        }
        exchange.getMessage().setBody(lines);
    }

    private static Iterator<BatchLine> lines(Batch batch, FileBatches batches, LlmRouterContext context)
            throws IOException {
        for (Bulk bulk : batch.bulks().bulks()) {
            Candidate candidate = candidate(context, bulk.state().model());
            BatchApi api = candidate == null ? null : context.batches(candidate.provider());
            if (bulk.state().isEnded() && candidate != null && api != null) {
                return new BulkAnswers(
                        batches,
                        batch,
                        bulk,
                        api,
                        context.dialects().provider(candidate.provider().protocol()));
            }
        }
        return Collections.emptyIterator();
    }

    private static @Nullable BatchApi api(LlmRouterContext context, String model) {
        Candidate candidate = candidate(context, model);
        return candidate == null ? null : context.batches(candidate.provider());
    }

    private static @Nullable Candidate candidate(LlmRouterContext context, String model) {
        return context.defaultPolicy().current().decider().members().stream()
                .filter(each -> each.model().name().equals(model))
                .findFirst()
                .orElse(null);
    }
}
