package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.RequestRecord;
import java.util.HashSet;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One caller's bad file is that caller's trouble alone. */
class UnwritableRequestTest {
    /** Bytes that are no UTF-8: base64 all the same, and nothing that Anthropic's messages could be told. */
    private static final String NO_TEXT = "data:text/plain;base64,Y2Fm6Q==";

    @RegisterExtension
    static final FailoverGround ground = new FailoverGround();

    private final FailoverGround.Lane lane = ground.lane();

    private static FailoverAnswer send(String model, String file, boolean stream) throws Exception {
        String body = "{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"text\",\"text\":\"Hello\"},{\"type\":\"file\",\"file\":{\"file_data\":\"" + file
                + "\"}}]}]}";
        return FailoverCaller.OPENAI.ask(ground.camel, ground.port(), body);
    }

    private static ScriptedProvider.Behaviour message() {
        return status(
                200,
                "",
                "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"a\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":10,\"output_tokens\":5}}");
    }

    private void goodRequestsAreServed() throws Exception {
        lane.second.does(message());
        assertThat(LlmRouterContext.of(ground.camel)
                        .policy("file:" + ground.policy)
                        .current()
                        .decider()
                        .health()
                        .breakerStates())
                .doesNotContainValue("open");
        assertThat(lane.ask(FailoverCaller.OPENAI, "reader", false).servedBy()).isEqualTo("reader after 1");
        assertThat(lane.ask(FailoverCaller.ANTHROPIC, "reader", false).servedBy())
                .isEqualTo("reader after 1");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void tenFilesThatAreNotBase64AreRefusedAndTheProviderServesOthers(boolean stream) throws Exception {
        for (int i = 0; i < 10; i++) {
            FailoverAnswer refused = send("reader", "data:text/plain;base64,@@@=a", stream);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("messages[0].content[1].file.file_data");
        }
        assertThat(lane.second.requests).isEmpty();
        goodRequestsAreServed();
    }

    @ParameterizedTest
    @CsvSource({"reader,false", "reader,true", "behind,false"})
    void tenRequestsThatCannotBeWrittenAreRefusedAndTheProviderServesOthers(String model, boolean stream)
            throws Exception {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            FailoverAnswer refused = send(model, NO_TEXT, stream);
            ids.add(refused.header("x-llm-request-id"));
            assertThat(refused.status()).as(refused.body()).isEqualTo(400);
            assertThat(refused.body()).contains("not valid UTF-8");
            assertThat(refused.header("x-llm-attempts")).isIn("", "0");
        }
        assertThat(lane.second.requests).isEmpty();
        // records come after answers: those of others may come meanwhile
        Awaitility.await()
                .untilAsserted(() -> assertThat(ground.records)
                        .extracting(RequestRecord::requestId)
                        .containsAll(ids));
        assertThat(ground.records)
                .filteredOn(record -> ids.contains(record.requestId()))
                .hasSize(10)
                .allSatisfy(record -> assertThat(record.attempts()).isEmpty())
                .allSatisfy(record -> assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.REFUSED));
        goodRequestsAreServed();
    }

    @Test
    void whoCanBeToldItIsAsked() throws Exception {
        lane.first.does(says("a"));

        assertThat(send("tier:readers", NO_TEXT, false).servedBy()).isEqualTo("seer after 1");
        assertThat(lane.second.requests).isEmpty();
    }

    /** Before it was a final 400, so that a line of a file was never asked again. */
    @Test
    void whileWhoCanBeToldItRestsTheRequestMayComeAgain() throws Exception {
        lane.first.does(status(429, "Retry-After: 20\r\n", "{\"error\":{\"message\":\"slow down\",\"code\":\"x\"}}"));
        assertThat(lane.ask(FailoverCaller.OPENAI, "seer", false).status()).isEqualTo(429);

        FailoverAnswer refused = send("tier:readers", NO_TEXT, false);

        assertThat(refused.status()).as(refused.body()).isEqualTo(503);
        assertThat(refused.body()).contains("not valid UTF-8");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(1, 21);
        assertThat(lane.second.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401,''", "402,''", "429,insufficient_quota"})
    void whereAKeyOrAQuotaFailsNobodyIsToldToAskAgain(int code, String name) throws Exception {
        lane.first.does(status(code, "", "{\"error\":{\"message\":\"no\",\"code\":\"" + name + "\"}}"));

        for (int i = 0; i < 2; i++) {
            FailoverAnswer refused = lane.ask(FailoverCaller.OPENAI, "first", false);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("x-should-retry")).isEqualTo("false");
            assertThat(refused.headers()).doesNotContainKey("retry-after");
            assertThat(refused.body()).contains("asking again does not help");
        }
    }
}
