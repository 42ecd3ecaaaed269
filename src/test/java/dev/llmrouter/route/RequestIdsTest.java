package dev.llmrouter.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
    /** Issue 13, C5. */
    @Test
    void idsAreOneOfAKindWhicheverThreadAsks() {
        RequestIds ids = new RequestIds();

        Set<String> seen =
                IntStream.range(0, 20_000).parallel().mapToObj(i -> ids.get()).collect(Collectors.toSet());

        assertThat(seen).hasSize(20_000).allMatch(id -> id.matches("req_[0-9a-f]{32}"));
    }
}
