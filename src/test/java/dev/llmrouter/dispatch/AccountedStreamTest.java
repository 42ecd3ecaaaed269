package dev.llmrouter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountedStreamTest {
    /** What was counted is let go, or an endless stream fills the heap. */
    @Test
    void aLongOutputIsCountedAsItGoesBy() {
        List<Usage> ends = new ArrayList<>();
        List<Integer> counted = new ArrayList<>();
        AccountedStream stream = new AccountedStream(
                subscriber -> {
                    subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {}

                        @Override
                        public void cancel() {}
                    });
                    for (int i = 0; i < 300; i++) {
                        subscriber.onNext(
                                new StreamItem("", "", List.of(new StreamEvent.TextDelta(0, "x".repeat(1_000), null))));
                    }
                    subscriber.onComplete();
                },
                () -> 9,
                text -> {
                    counted.add(text.length());
                    return text.length();
                },
                (usage, model, failure) -> ends.add(usage));
        stream.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {}

            @Override
            public void onNext(StreamItem item) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
        });

        assertThat(ends).containsExactly(new Usage(9, 0, 0, 300_000, 0, true));
        assertThat(counted).hasSizeGreaterThan(3).allMatch(length -> length < 70_000);
    }

    /** Issue 13, C5: what a provider has counted so far is the least that it bills. */
    @ParameterizedTest
    @CsvSource({"50, 4, 50", "2, 4, 4"})
    void aStreamThatTheCallerLeavesKeepsTheLargerOfCountedAndEstimated(long counted, int estimated, long booked) {
        List<Usage> ends = new ArrayList<>();
        AccountedStream stream = new AccountedStream(
                subscriber -> {
                    subscriber.onSubscribe(new Flow.Subscription() {
                        @Override
                        public void request(long n) {}

                        @Override
                        public void cancel() {}
                    });
                    subscriber.onNext(new StreamItem(
                            "",
                            "",
                            List.of(
                                    new StreamEvent.TextDelta(0, "text", null),
                                    new StreamEvent.UsageUpdate(new Usage(7, 3, 2, 1, counted, 1, false, null)),
                                    new StreamEvent.NotPriced("search"))));
                },
                () -> 9,
                text -> estimated,
                (usage, model, failure) -> ends.add(usage));
        Flow.Subscription[] subscription = new Flow.Subscription[1];
        stream.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription[0] = given;
            }

            @Override
            public void onNext(StreamItem item) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {}
        });

        subscription[0].cancel();

        assertThat(ends).containsExactly(new Usage(7, 3, 2, 1, booked, 1, true, "search"));
    }
}
