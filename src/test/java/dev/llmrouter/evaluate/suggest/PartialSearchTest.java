package dev.llmrouter.evaluate.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Conversation;
import dev.llmrouter.evaluate.Example;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartialSearchTest {
    /** A comparison of hours ended without its report. */
    @Test
    void withoutMemoryForAGateTheRestIsLookedAtAndTheReasonIsTold() {
        PartialSearch search = new PartialSearch("big", 0.05, 1, (outcomes, candidate, baseline) -> {
            throw new OutOfMemoryError("of this test");
        });
        Seen seen = new Seen("big");
        for (int i = 0; i < 1_200; i++) {
            boolean isLong = i % 2 == 0;
            String text = "Ticket " + i + (isLong ? " with a long story".repeat(100) : "");
            seen.compared("t", "small", Example.of("e" + i, "t", Conversation.of(text)), 1, isLong ? 0 : 1);
        }
        List<String> skipped = new ArrayList<>();
        PartialRoute found = search.find("t", "small", 0.05, seen.sample("t", "small"), skipped::add);
        assertThat(skipped)
                .singleElement()
                .asString()
                .startsWith("small: no difficulty gate was looked for, as learning")
                .contains("1,200 examples", "java -Xmx4g");
        assertThat(found).as("a condition needs no gate").isNotNull();
    }
}
