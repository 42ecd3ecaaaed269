package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SseParserPropertyTest {
    @Test
    void aSplitAtAnyByteGivesTheSameEvents() throws MalformedReplyException {
        for (String stream : List.of(
                "\ufeff" + Samples.ANTHROPIC_STREAM,
                Samples.OPENAI_STREAM.replace("\n", "\r\n"),
                Samples.GEMINI_STREAM.replace("\n", "\r"))) {
            byte[] bytes = Samples.utf8(stream);
            List<SseParser.Event> whole = SseParser.ofDefaults().feed(bytes);
            assertThat(whole).isNotEmpty();
            for (int cut = 0; cut <= bytes.length; cut++) {
                SseParser parser = SseParser.ofDefaults();
                List<SseParser.Event> events = new ArrayList<>(parser.feed(Arrays.copyOf(bytes, cut)));
                events.addAll(parser.feed(bytes, cut, bytes.length - cut));
                assertThat(events).isEqualTo(whole);
            }
        }
    }

    @Property(tries = 100)
    void chunksOfAnySizeGiveTheSameEvents(@ForAll @IntRange(min = 1, max = 300) int size)
            throws MalformedReplyException {
        byte[] bytes = Samples.utf8(Samples.OPENAI_STREAM);
        SseParser parser = SseParser.ofDefaults();
        List<SseParser.Event> events = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += size) {
            events.addAll(parser.feed(bytes, at, Math.min(size, bytes.length - at)));
        }
        assertThat(events).isEqualTo(SseParser.ofDefaults().feed(bytes));
    }
}
