package dev.llmrouter.evaluate.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartialSearchTest {
    /** A comparison of hours ended without its report. */
    @Test
    void withoutMemoryForAGateTheRestIsLookedAtAndTheReasonIsTold() {
        PartialSearch search = new PartialSearch("big", 0.05, 1, (outcomes, candidate, baseline) -> {
            throw new OutOfMemoryError("of this test");
        });
        List<Seen.Pair> pairs = IntStream.range(0, 1_200)
                .mapToObj(i -> {
                    boolean isLong = i % 2 == 0;
                    String text = "Ticket " + i + (isLong ? " with a long story".repeat(100) : "");
                    return new Seen.Pair(text, 1, isLong ? 0 : 1, null);
                })
                .toList();
        List<String> skipped = new ArrayList<>();
        PartialRoute found = search.find("t", "small", 0.05, pairs, skipped::add);
        assertThat(skipped)
                .singleElement()
                .asString()
                .startsWith("small: no difficulty gate was looked for, as learning")
                .contains("1,200 examples", "java -Xmx4g");
        assertThat(found).as("a condition needs no gate").isNotNull();
    }
}
