package dev.llmrouter.evaluate.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.Conversation;
import dev.llmrouter.evaluate.Example;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeenTest {
    private static Example example(int i, boolean isLong) {
        String text = "ticket " + Integer.toString(i, 36) + (isLong ? " and so on and so forth".repeat(10) : "");
        return Example.of("e" + i, "t", Conversation.of(text));
    }

    /** In a file sorted by time the model got worse: 1 % lost of the short inputs at first, then 30 %. */
    private static Seen sorted(int n) {
        Seen seen = new Seen("big");
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < n; i++) {
            boolean isLong = random.nextInt(4) == 0;
            boolean isLost = isLong || random.nextDouble() < (i < n / 2 ? 0.01 : 0.30);
            seen.compared("t", "small", example(i, isLong), 1, isLost ? 0 : 1);
        }
        return seen;
    }

    @Test
    void moreExamplesThanAreKeptAreDrawnFromTheWholeFile() {
        int n = 2 * Seen.MOST;
        Seen.Sample sample = sorted(n).sample("t", "small");
        assertThat(sample.drawn()).isEqualTo(Seen.MOST);
        assertThat(sample.of()).isEqualTo(n);
        double late = sample.pairs().stream()
                .filter(p -> Integer.parseInt(p.text().split(" ")[1], 36) >= n / 2)
                .count();
        assertThat(late / Seen.MOST).as("share of the second half").isBetween(0.48, 0.52);
        assertThat(sample.statement()).contains("20,000 drawn of 40,000 examples");
        assertThat(sorted(n).sample("t", "small")).as("the same again").isEqualTo(sample);
    }

    /** Over all inputs the short ones lose more than 11 points, three times the margin with which the first half would pass. */
    @Test
    void aRouteThatHoldsInTheFirstHalfOfTheFileOnlyIsNotFound() {
        PartialSearch search = new PartialSearch("big", 0.05, 1);
        Seen.Sample sample = sorted(2 * Seen.MOST).sample("t", "small");
        PartialRoute found = search.find("t", "small", 0.035, sample, skipped -> {});
        assertThat(found == null || found.condition().isEmpty()).isTrue();
        assertThat(found == null || found.statement().contains("20,000 drawn of 40,000 examples"))
                .isTrue();

        Seen.Sample first = new Seen.Sample(
                sample.pairs().stream()
                        .filter(p -> Integer.parseInt(p.text().split(" ")[1], 36) < Seen.MOST)
                        .toList(),
                sample.of(),
                sample.losses());
        assertThat(search.find("t", "small", 0.035, first, skipped -> {}))
                .as("a sample of them alone is contradicted by all")
                .satisfiesAnyOf(
                        route -> assertThat(route).isNull(),
                        route -> assertThat(route.condition()).isEmpty());
    }

    @Test
    void fewerExamplesAreAllLookedAt() {
        Seen.Sample sample = sorted(1000).sample("t", "small");
        assertThat(sample.drawn()).isEqualTo(1000);
        assertThat(sample.statement()).isEmpty();
    }
}
