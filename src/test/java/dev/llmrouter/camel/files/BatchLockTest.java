package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLockTest {
    @TempDir
    Path folder;

    @Test
    void oneAtATime() throws Exception {
        Path file = folder.resolve("a.lock");
        try (BatchLock held = BatchLock.of(file)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> BatchLock.of(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a.lock is locked by another process");
        }
        assertThat(file).doesNotExist();
        BatchLock.of(file).close();
    }

    /** Each process holds it for a moment, again and again: while it does, a file that only the holder makes is there once. */
    @Test
    void twoProcessesThatTakeItInTurnsNeverHoldItBoth() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Taking.class.getName(),
                            folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out-" + i).toFile())
                    .start());
        }
        for (int i = 0; i < 2; i++) {
            assertThat(processes.get(i).waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(Files.readString(folder.resolve("out-" + i))).matches("taken [1-9][0-9]*\\s+");
        }
    }

    /** A process of the test above. */
    static final class Taking {
        private Taking() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
            int taken = 0;
            while (System.nanoTime() < end) {
                BatchLock lock;
                try {
                    lock = BatchLock.of(folder.resolve("b.lock"));
                } catch (IOException e) {
                    continue;
                }
                try (lock) {
                    Path alone = Files.createFile(folder.resolve("alone")); // fails where another is there
                    Files.delete(alone);
                    taken++;
                }
            }
            System.out.println("taken " + taken);
        }
    }
}
