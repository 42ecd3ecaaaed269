package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.record.ledger.FeedbackEntry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of body and headers says what somebody thought of an answer. */
class FeedbackReaderTest {
    private static final String FEEDBACK =
            "{\"request_id\":\"req_body\",\"useful\":false,\"score\":0.25,\"by\":\"ann\"}";

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    private FeedbackEntry read(Object body) throws Exception {
        exchange.getMessage().setHeader(LlmRouterConstants.REQUEST_ID, "req_header");
        exchange.getMessage().setHeader("useful", "true");
        exchange.getMessage().setBody(body);
        return FeedbackReader.read(exchange, 1, null);
    }

    private static void assertIsTheBodys(FeedbackEntry feedback) {
        assertThat(feedback.requestId()).isEqualTo("req_body");
        assertThat(feedback.useful()).isFalse();
        assertThat(feedback.score()).isEqualTo(0.25);
        assertThat(feedback.by()).isEqualTo("ann");
    }

    /** Headers that an earlier answer of the same message had left stood above it, and its score was lost. */
    @Test
    void aBodyThatIsAFeedbackStandsAboveTheHeaders() throws Exception {
        assertIsTheBodys(read(FEEDBACK));
        assertIsTheBodys(read(FEEDBACK.getBytes(StandardCharsets.UTF_8)));
        assertIsTheBodys(read(Map.of("request_id", "req_body", "useful", false, "score", 0.25, "by", "ann")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "red", "{\"colour\":\"red\"}", "{\"request_id\":\"req_body\"}", "{\"useful\":false}", "[1]"})
    void anyOtherBodyIsTheAnswerAndTheHeadersSayIt(String body) throws Exception {
        FeedbackEntry feedback = read(body);
        assertThat(feedback.requestId()).isEqualTo("req_header");
        assertThat(feedback.useful()).isTrue();
    }

    /** As an answer over HTTP is kept by Camel. */
    @Test
    void aCachedStreamIsReadAndLeftAsItWas() throws Exception {
        InputStreamCache feedback = new InputStreamCache(FEEDBACK.getBytes(StandardCharsets.UTF_8));
        assertIsTheBodys(read(feedback));
        assertThat(feedback.readAllBytes()).hasSize(FEEDBACK.length());

        InputStreamCache answer = new InputStreamCache("red".getBytes(StandardCharsets.UTF_8));
        assertThat(read(answer).requestId()).isEqualTo("req_header");
        assertThat(answer.readAllBytes()).hasSize(3);
    }

    /** A route that went on with the message found its body empty. */
    @ParameterizedTest
    @ValueSource(strings = {FEEDBACK, "no feedback"})
    void aStreamThatIsReadIsThereForWhoComesNext(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (Object body :
                List.of(new ByteArrayInputStream(bytes), new InputStreamCache(bytes), new java.io.StringReader(text))) {
            exchange.getMessage().setBody(body);
            try {
                assertIsTheBodys(FeedbackReader.read(exchange, 1, null));
            } catch (Exception e) {
                assertThat(e).isInstanceOf(BadRequestException.class);
            }
            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(text);
        }
    }

    @Test
    void aStreamThatHeadersSpeakForIsNotRead() throws Exception {
        InputStream stream = new ByteArrayInputStream(new byte[] {1, 2});
        assertThat(read(stream).requestId()).isEqualTo("req_header");
        assertThat(stream.available()).isEqualTo(2);
    }
}
