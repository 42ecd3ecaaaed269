package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerQueueTest {
    @TempDir
    private Path folder;

    private static FeedbackEntry entry(String id) {
        return new FeedbackEntry(id, "r", 1, true, null, null, null, null, null);
    }

    @Test
    void whatComesAfterTheEndIsCountedAsLostAndKeepsNobodyWaiting() {
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            LedgerQueue queue = new LedgerQueue(ledger, Executors.newSingleThreadExecutor(), Runnable::run);
            queue.add(entry("a"));
            queue.close();
            assertThat(ledger.written()).isEqualTo(1);

            assertThat(queue.commit(entry("b"))).isCompleted();
            assertThat(ledger.written()).isEqualTo(1);
            assertThat(ledger.lost()).isEqualTo(1);
        }
    }
}
