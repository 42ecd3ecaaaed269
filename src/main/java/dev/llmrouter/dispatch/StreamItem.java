package dev.llmrouter.dispatch;

import dev.llmrouter.chat.StreamEvent;
import java.util.List;

/**
 * One server-sent event of a provider's stream.
 *
 * @param event its name; empty if it has none
 * @param data its data as it came; empty if the provider does not speak server-sent events (simulator)
 * @param meaning what it means; may be empty (a ping, say)
 */
public record StreamItem(String event, String data, List<StreamEvent> meaning) {
    public StreamItem {
        meaning = List.copyOf(meaning);
    }
}
