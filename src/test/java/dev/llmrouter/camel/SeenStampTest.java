package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeenStampTest {
    private final AtomicLong nanos = new AtomicLong();
    private final SeenStamp seen = new SeenStamp(nanos::get);

    @Test
    void whatWasSeenIsNotDueAgain() {
        assertThat(seen.isDue("")).isFalse();
        assertThat(seen.isDue("a")).isTrue();
        seen.see("a");
        assertThat(seen.isDue("a")).isFalse();
        assertThat(seen.isDue("b")).isTrue();
    }

    @Test
    void whatAnErrorKeptFromBeingMadeIsDueAfterARestAndOtherFilesAreAtOnce() {
        seen.see("a");
        seen.fail("b");
        assertThat(seen.isDue("b")).isFalse();
        assertThat(seen.isDue("c")).isTrue();
        assertThat(seen.isDue("a")).as("what was made from it may be gone").isTrue();
        nanos.addAndGet(SeenStamp.REST.toNanos() - 1);
        assertThat(seen.isDue("b")).isFalse();
        nanos.incrementAndGet();
        assertThat(seen.isDue("b")).isTrue();
    }
}
