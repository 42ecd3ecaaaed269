package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.STOP;
import static dev.llmrouter.camel.ScriptedProvider.chunk;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.record.RecordJson;
import dev.llmrouter.record.RequestRecord;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a caller of Anthropic's messages has of providers that speak them: its betas, and the true cost. */
class AnthropicCallerTest {
    private static final String USAGE_OF_NOTHING =
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}";
    private static final String USAGE = "\"usage\":{\"input_tokens\":10,\"output_tokens\":5%s}";

    @RegisterExtension
    static final FailoverGround ground = new FailoverGround();

    private final FailoverGround.Lane lane = ground.lane();

    private static ScriptedProvider.Behaviour message(String more) {
        return status(
                200,
                "",
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                        + USAGE.formatted(more) + "}");
    }

    private static void ask(FailoverCaller caller, String model, String betas) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        caller.request(ground.port(), caller.body(model, false)), (name, value) -> true)
                .header("Anthropic-Beta", betas)
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static List<String> betas(ScriptedProvider provider) {
        return provider.heads
                .get(provider.heads.size() - 1)
                .lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith("anthropic-beta"))
                .toList();
    }

    @Test
    void itsBetasReachAProviderOfAnthropicsThroughTheGateway() throws Exception {
        lane.second.does(message(""));
        ask(FailoverCaller.ANTHROPIC, "fresh", "context-management-2025-06-27,b");
        assertThat(betas(lane.second)).containsExactly("anthropic-beta: context-management-2025-06-27,b");
    }

    @Test
    void itsBetasReachAProviderOfAnthropicsThroughARoute() throws Exception {
        lane.second.does(message(""));
        try (ProducerTemplate template = ground.camel.createProducerTemplate()) {
            template.request("direct:llm-route", asked -> {
                asked.getMessage().setBody(FailoverCaller.ANTHROPIC.body("fresh", false));
                asked.getMessage().setHeader("anthropic-beta", "b-1");
                asked.setProperty(ReceiverProcessor.DIALECT, "anthropic");
            });
        }
        assertThat(betas(lane.second)).containsExactly("anthropic-beta: b-1");
    }

    @Test
    void betasGoToNoOtherProviderAndFromNoOtherCaller() throws Exception {
        lane.second.does(says("a"));
        ask(FailoverCaller.ANTHROPIC, "second", "b-1");
        assertThat(betas(lane.second)).isEmpty();
        lane.second.does(message(""));
        ask(FailoverCaller.OPENAI, "fresh", "b-1");
        assertThat(betas(lane.second)).isEmpty();
    }

    @Test
    void betasThatAreNoPlainNamesAreLeftOut() throws Exception {
        lane.second.does(message(""));
        ask(FailoverCaller.ANTHROPIC, "fresh", "b-1;c");
        assertThat(betas(lane.second)).isEmpty();
    }

    private void isOfUnknownCost(FailoverAnswer answer, String why) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        RequestRecord booked = ground.recordOf(answer);
        assertThat(booked.costUsd()).isNull();
        assertThat(booked.baselineCostUsd()).isNull();
        assertThat(RecordJson.write(booked)).contains(why);
    }

    @Test
    void aDearerTierIsOfUnknownCostAndTheLogSaysWhy() throws Exception {
        lane.second.does(message(",\"service_tier\":\"priority\""));
        FailoverAnswer answer = lane.ask(FailoverCaller.ANTHROPIC, "fresh", false);
        assertThat(answer.header("x-llm-cost-usd")).isNullOrEmpty();
        isOfUnknownCost(answer, "service_tier priority");

        lane.second.does(message(",\"service_tier\":\"standard\""));
        RequestRecord listed = ground.recordOf(lane.ask(FailoverCaller.ANTHROPIC, "fresh", false));
        assertThat(listed.costUsd()).isEqualByComparingTo("0.000015");
    }

    @Test
    void aStreamThatSearchedIsOfUnknownCostAndTheLogSaysWhy() throws Exception {
        lane.second.does(streams(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                        + "\"content\":[],\"stop_reason\":null,\"stop_sequence\":null," + USAGE.formatted("") + "}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                        + USAGE.formatted(",\"server_tool_use\":{\"web_search_requests\":1}") + "}",
                "{\"type\":\"message_stop\"}"));
        isOfUnknownCost(lane.ask(FailoverCaller.ANTHROPIC, "fresh", true), "web search");
        isOfUnknownCost(lane.ask(FailoverCaller.OPENAI, "fresh", true), "web search");
    }

    @Test
    void anHourInTheCacheWithoutAPriceIsOfUnknownCost() throws Exception {
        lane.second.does(message(",\"cache_creation_input_tokens\":9,\"cache_creation\":"
                + "{\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":9}"));
        isOfUnknownCost(lane.ask(FailoverCaller.ANTHROPIC, "fresh", false), "price.cacheWriteHour");
    }

    /** A caller that counts its tokens is told those that are booked, where the provider counts none. */
    @ParameterizedTest
    @EnumSource(FailoverCaller.class)
    void theEstimateThatIsBookedIsToldWholeAndStreamed(FailoverCaller caller) throws Exception {
        boolean isOfItsOwnDialect = caller.name().startsWith("OPENAI");
        List<ScriptedProvider.Behaviour> silent = List.of(
                status(
                        200,
                        "",
                        "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                                + "\"message\":{\"role\":\"assistant\",\"content\":\"Good day to you\"},\"finish_reason\":\"stop\"}]}"),
                streams(chunk("Good day"), chunk(" to you"), STOP, "[DONE]"),
                streams(chunk("Good day"), chunk(" to you"), STOP),
                streams(chunk("Good day"), STOP, USAGE_OF_NOTHING, "[DONE]"));
        for (int i = 0; i < silent.size(); i++) {
            lane.second.does(silent.get(i));
            FailoverAnswer answer = lane.ask(caller, "second", i > 0);
            assertThat(answer.isFinished()).as(answer.body()).isTrue();
            Usage booked = Objects.requireNonNull(
                    ground.recordOf(answer).attempts().get(0).usage());
            assertThat(booked.estimated()).isTrue();
            assertThat(booked.inputTokens()).isPositive();
            assertThat(booked.outputTokens()).isPositive();
            if (!isOfItsOwnDialect) {
                assertThat(answer.inputTokens()).as(answer.body()).isEqualTo(booked.inputTokens());
                assertThat(answer.outputTokens()).as(answer.body()).isEqualTo(booked.outputTokens());
            }
        }
    }
}
