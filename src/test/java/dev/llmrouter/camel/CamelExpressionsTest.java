package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.classify.Describer;
import dev.llmrouter.classify.Input;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CamelExpressionsTest {
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final CamelExpressions expressions = new CamelExpressions(context);

    @AfterEach
    void close() {
        context.stop();
    }

    private static Input input(String text, Map<String, String> headers, @Nullable Object exchange) {
        ChatRequest request = ChatRequest.ofText(text);
        return new Input(request, new Describer().describe(request), null, Set.of(), headers, exchange);
    }

    @Test
    void simpleLooksAtTheExchange() {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setHeader("JMSDestination", "queue://tickets");

        assertThat(expressions
                        .simple("${header.JMSDestination} contains 'tickets'")
                        .test(input("x", Map.of("jmsdestination", "none"), exchange)))
                .isTrue();
    }

    @Test
    void simpleLooksAtHeadersAndTextWhereThereIsNoExchange() {
        Input input = input("urgent: help", Map.of("queue", "tickets"), null);

        assertThat(expressions.simple("${header.queue} == 'tickets'").test(input))
                .isTrue();
        assertThat(expressions.simple("${body} contains 'urgent'").test(input)).isTrue();
        assertThat(expressions.simple("${header.other} == 'tickets'").test(input))
                .isFalse();
    }

    @Test
    void whatTheCallerSendsNeverBecomesAnExpression() {
        Input input = input("x", Map.of("q", "${exchangeId}", "p", "' || 'a' == 'a"), null);

        assertThat(expressions.simple("${header.q} == '${exchangeId}'").test(input))
                .isFalse();
        assertThat(expressions.simple("${header.p} == 'b'").test(input)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"${header.a", "${nosuchfunction} == 'a'", "${body} == "})
    void refusesSimpleThatDoesNotParse(String text) {
        assertThatThrownBy(() -> expressions.simple(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not parse");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            $.metadata.team | true
            $.metadata.none | false
            $.none.deeper | false
            $.messages[?(@.role == 'tool')] | false
            $.messages[?(@.role == 'user')] | true
            $.flag | false
            $.nothing | false
            $.empty | false
            $.zero | true
            """)
    void jsonpathHoldsIfItYieldsSomething(String path, boolean expected) throws Exception {
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree("{\"metadata\":{\"team\":\"a\"},\"messages\":[{\"role\":\"user\"}],\"flag\":false,"
                        + "\"nothing\":null,\"empty\":\"\",\"zero\":0}");
        ChatRequest plain = ChatRequest.ofText("x");
        ChatRequest request = new ChatRequest(
                plain.dialect(),
                body,
                "auto",
                false,
                false,
                plain.messages(),
                List.of(),
                null,
                null,
                null,
                plain.sampling(),
                null,
                Map.of());
        Input input = new Input(request, new Describer().describe(request), null, Set.of(), Map.of(), null);

        assertThat(expressions.jsonpath(path).test(input)).isEqualTo(expected);
        assertThat(expressions.jsonpath(path).test(input("x", Map.of(), null))).isFalse();
    }

    @Test
    void refusesJsonpathThatDoesNotParse() {
        assertThatThrownBy(() -> expressions.jsonpath("$.a[?("))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not parse");
    }
}
