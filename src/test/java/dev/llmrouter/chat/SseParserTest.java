package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.chat.SseParser.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {
    private static List<Event> parse(String text) throws MalformedReplyException {
        return SseParser.ofDefaults().feed(Samples.utf8(text));
    }

    @Test
    void readsAllLineEndsMarksCommentsAndSeveralLines() throws MalformedReplyException {
        assertThat(parse("\ufeffevent: a\ndata: 1\n\nevent:b\r\ndata:2\r\ndata:  3\r\n\r\n: note\rdata\rid: 7\r\r"))
                .containsExactly(new Event("a", "1"), new Event("b", "2\n 3"), new Event("", ""));
    }

    @Test
    void skipsEventsWithoutDataAndForgetsTheirNames() throws MalformedReplyException {
        assertThat(parse("event: ghost\n\ndatax: 1\n\ndata: 2\n\n")).containsExactly(new Event("", "2"));
    }

    @Test
    void tellsThatAStreamWasCutInsideOfAnEvent() throws MalformedReplyException {
        SseParser parser = SseParser.ofDefaults();
        assertThat(parser.feed(Samples.utf8("data: 1\n"))).isEmpty();
        assertThat(parser.isInsideEvent()).isTrue();
        assertThat(parser.finish()).containsExactly(new Event("", "1"));
        assertThat(parser.isInsideEvent()).isFalse();
    }

    @Test
    void boundsAnEventAndSaysHowMuchIsRead() throws MalformedReplyException {
        assertThat(new SseParser(10).feed(Samples.utf8("data: 1234\n\n"))).containsExactly(new Event("", "1234"));
        assertThatThrownBy(() -> new SseParser(10).feed(Samples.utf8("data: 12345\n\n")))
                .isInstanceOf(MalformedReplyException.class)
                .hasMessageContaining("10 bytes");
        assertThatThrownBy(() -> new SseParser(10).feed(Samples.utf8("data: 12\ndata: 34\n\n")))
                .isInstanceOf(MalformedReplyException.class);
        assertThatThrownBy(() -> new SseParser(0)).hasMessageContaining("0");
    }

    @Test
    void readsEndlessCommentsWithoutTakingThemForOneEvent() throws MalformedReplyException {
        SseParser parser = new SseParser(20);
        for (int i = 0; i < 100; i++) {
            parser.feed(Samples.utf8(": keep-alive\n"));
        }
        assertThat(parser.feed(Samples.utf8("data: x\n\n"))).containsExactly(new Event("", "x"));
    }
}
