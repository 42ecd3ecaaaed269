package dev.llmrouter.simulator;

import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What will come of one attempt, and when, as a client with the provider's timeouts sees it.
 *
 * @param items of a stream; empty if the attempt fails before any content, or is not streamed
 * @param end how it fails; null if it ends well
 * @param endNanos when it ends, from the start of the attempt
 * @param worked whether the provider began to work on an answer, and so bills
 */
record Course(List<Item> items, @Nullable ProviderException end, long endNanos, boolean worked) {

    /** @param dueNanos from the start of the attempt */
    record Item(StreamItem item, int tokens, long dueNanos) {}

    /** When the first item is due, or what takes its place. */
    long firstNanos() {
        return items.isEmpty() ? endNanos : items.get(0).dueNanos();
    }

    static Course endsWell(long doneNanos) {
        return new Course(List.of(), null, doneNanos, true);
    }

    static Course refused(ProviderException failure, long atNanos) {
        return new Course(List.of(), failure, atNanos, false);
    }

    /** The provider works, but nothing of it is of use. */
    static Course spoilt(ProviderException failure, long atNanos) {
        return new Course(List.of(), failure, atNanos, true);
    }
}
