package dev.llmrouter.camel.files;

import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.provider.BatchApi;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes one step on with the batches of a file at providers. The body becomes the lines of one that has ended, with their answers, for
 * a {@code split}; none as long as none has.
 */
public final class BulkProcessor extends FileStep {
    /** First wait before a batch is looked at, in ms; it grows. */
    static final String POLL = "llm-router.files.batch-poll-ms";

    /** The longest wait, in first waits. */
    static final int MOST_POLLS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(BulkProcessor.class);
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
            batch.bulks().advance(state -> reach(context, state), poll(batches));
            lines = lines(batch, batches, context);
        } catch (IOException e) {
            batch.broke(e);
        }
        exchange.getMessage().setBody(lines);
    }

    private static Duration poll(FileBatches batches) {
        return Duration.ofMillis(batches.setting(POLL, POLL_MILLIS));
    }

    /**
     * An answer that was paid for and that is in no record yet, because the policy in force does not take it, or nobody may be asked in the
     * place of one that failed, waits with the rest of its batch: as long as a batch is left alone at most.
     *
     * @return false if that has been told
     */
    static boolean postpone(FileBatches batches, BatchLine line, LineFault fault) {
        Duration rest = poll(batches).multipliedBy(MOST_POLLS);
        boolean isNew =
                line.batch().bulks().postpone(line.number(), Instant.now().plus(rest));
        if (isNew) {
            LOG.warn(
                    "A batch of {} is answered and paid for; its answers wait, because line {} is not taken: {}{} Next try in {} s.",
                    line.batch().input().name(),
                    line.number(),
                    fault.reason(),
                    fault.isMissing()
                            ? " Put back what its lines name."
                            : fault.again() ? "" : " Change the policy so that it takes the line.",
                    Math.max(1, rest.toSeconds()));
        }
        return isNew;
    }

    private static Iterator<BatchLine> lines(Batch batch, FileBatches batches, LlmRouterContext context)
            throws IOException {
        Instant now = Instant.now();
        for (Bulk bulk : batch.bulks().bulks()) {
            Candidate candidate = candidate(context, bulk.state());
            BatchApi api = candidate == null ? null : context.batches(candidate.provider());
            if (bulk.state().isEnded() && !bulk.rests(now) && candidate != null && api != null) {
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

    /** What was ordered is at its provider still, whatever the policy calls by the name of its model now. */
    private static Bulk.Reach reach(LlmRouterContext context, BulkState state) {
        Candidate same = candidate(context, state);
        Provider provider = same == null ? provider(context, state) : same.provider();
        return new Bulk.Reach(provider == null ? null : context.batches(provider), same != null);
    }

    /** It may have no model any more; null where it is not in the policy, or the simulator stands in for it. */
    private static @Nullable Provider provider(LlmRouterContext context, BulkState state) {
        RoutingPolicy policy = context.defaultPolicy().current().policy();
        String name = state.provider();
        return name == null || policy.isSimulated() ? null : policy.providers().get(name);
    }

    /**
     * Null if the policy in force lacks its tier or its model, or means another one by that name, which is not to be taken for the one that answers.
     */
    private static @Nullable Candidate candidate(LlmRouterContext context, BulkState state) {
        if (context.defaultPolicy().current().policy().tier(state.tier()).isEmpty()) {
            return null;
        }
        return context.defaultPolicy().current().decider().members().stream()
                .filter(each -> each.model().name().equals(state.model()))
                .filter(each ->
                        state.version() == null || each.model().version().equals(state.version()))
                .findFirst()
                .orElse(null);
    }
}
