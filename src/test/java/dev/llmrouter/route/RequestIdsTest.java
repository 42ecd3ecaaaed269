package dev.llmrouter.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
    /** Issue 13, C5. */
    @Test
    void idsAreOneOfAKindWhicheverThreadAsks() {
        RequestIds ids = new RequestIds(InstantSource.system());

        Set<String> seen =
                IntStream.range(0, 20_000).parallel().mapToObj(i -> ids.get()).collect(Collectors.toSet());

        assertThat(seen).hasSize(20_000).allMatch(id -> id.matches("req_[0-9a-f]{32}"));
    }

    /** Issue 15: each row of the ledger changed a page of its own in the index of ids. */
    @Test
    void anIdBeginsWithItsTimeSoThatNeighboursInTimeAreNeighboursInAnIndex() {
        AtomicLong now = new AtomicLong(1_795_000_000_000L);
        RequestIds ids = new RequestIds(() -> Instant.ofEpochMilli(now.getAndIncrement()));

        List<String> given = Stream.generate(ids).limit(1_000).toList();

        assertThat(given).isSorted().first().asString().startsWith("req_01a1ee565e00");
        assertThat(given.stream().map(id -> id.substring(16))).doesNotHaveDuplicates();
    }
}
