package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceLockTest {
    @TempDir
    Path dir;

    private static <T> T changed(Path directory, EvidenceLock.Change<T> change) {
        try {
            return EvidenceLock.whileLocked(directory, change);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void noChangeIsLostBetweenReadAndWrite() throws Exception {
        Path directory = dir.resolve("evidence");
        Path file = directory.resolve("n");
        CountDownLatch start = new CountDownLatch(1);
        CompletableFuture<?>[] all = new CompletableFuture<?>[8];
        for (int i = 0; i < all.length; i++) {
            all[i] = CompletableFuture.runAsync(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int k = 0; k < 20; k++) {
                    changed(directory, () -> {
                        int n = Files.exists(file) ? Integer.parseInt(Files.readString(file)) : 0;
                        return Files.writeString(file, String.valueOf(n + 1));
                    });
                }
            });
        }
        start.countDown();
        CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
        assertThat(file).hasContent("160");
    }

    @Test
    void waitsForWhoeverHoldsTheFile() throws Exception {
        CompletableFuture<String> waiting;
        try (FileChannel other = FileChannel.open(
                        dir.resolve(EvidenceLock.FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var held = other.lock()) {
            assertThat(held.isValid()).isTrue();
            waiting = CompletableFuture.supplyAsync(() -> changed(dir, () -> "done"));
            Awaitility.await()
                    .during(Duration.ofMillis(300))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !waiting.isDone());
        }
        assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("done");
    }
}
