package dev.llmrouter.camel;

import static dev.llmrouter.camel.ScriptedProvider.STOP;
import static dev.llmrouter.camel.ScriptedProvider.chunk;
import static dev.llmrouter.camel.ScriptedProvider.error;
import static dev.llmrouter.camel.ScriptedProvider.says;
import static dev.llmrouter.camel.ScriptedProvider.status;
import static dev.llmrouter.camel.ScriptedProvider.streams;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.chat.Usage;
import dev.llmrouter.dispatch.VerifyState;
import dev.llmrouter.record.RequestRecord;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped routes over real sockets, with providers that fail, beyond the sixteen scenarios: issue 3, 2. */
class FailoverTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    static final FailoverGround ground = new FailoverGround();

    private final FailoverGround.Lane lane = ground.lane();

    private FailoverAnswer ask(String model, boolean stream) throws Exception {
        return lane.ask(FailoverCaller.OPENAI, model, stream);
    }

    private static HttpRequest request(String model, boolean stream) {
        return FailoverCaller.OPENAI.request(ground.port(), FailoverCaller.OPENAI.body(model, stream));
    }

    @Test
    void aRateLimitCoolsTheDeploymentDownAndTheNextRequestSkipsIt() throws Exception {
        lane.first.does(status(429, "Retry-After: 30\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        lane.second.does(says("b"));

        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 1");
        assertThat(lane.first.requests).hasSize(1);
    }

    @Test
    void aRefusedConnectionGoesToTheNextModel() throws Exception {
        lane.first.close();
        lane.second.does(says("b"));

        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void aBadRequestIsNotTriedElsewhere(int status) throws Exception {
        lane.first.does(error(status, "bad"));
        lane.second.does(says("b"));

        FailoverAnswer answer = ask("auto", false);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(lane.second.requests).isEmpty();
        assertThat(lane.first.requests).hasSize(1);
    }

    /** OpenAI says the same code of a user's id, a tool's name and a text of the conversation. */
    @Test
    void aFieldThatIsTooLongIsNoContextThatIsTooSmall() throws Exception {
        String refusal = "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\",\"param\":\"%s\","
                + "\"code\":\"string_above_max_length\"}}";
        lane.first.does(status(400, "", refusal.formatted("user")), status(400, "", refusal.formatted("input")));
        lane.second.does(says("b"));

        FailoverAnswer answer = ask("auto", false);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("string_above_max_length").doesNotContain("context_length");
        assertThat(lane.second.requests).isEmpty();
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402})
    void aRefusedKeyTakesTheDeploymentOut(int status) throws Exception {
        lane.first.does(error(status, "invalid_api_key"));
        lane.second.does(says("b"));

        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 1");
        assertThat(ask("first", false).status()).isEqualTo(503);
    }

    @Test
    void aModelThatItsProviderDoesNotKnowAnyMoreFailsNoRequest() throws Exception {
        lane.first.does(error(404, "model_not_found"));
        lane.second.does(says("b"));

        for (int i = 0; i < 3; i++) {
            assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        }
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 1");
    }

    @Test
    void aFileThatOneRequestNamesAndTheProviderDoesNotKnowTakesNoModelOut() throws Exception {
        ScriptedProvider.Behaviour missing =
                status(404, "", "{\"error\":{\"message\":\"No such File object\",\"param\":\"file_id\"}}");
        lane.first.does(missing, missing, missing, missing, says("a"));
        lane.second.does(says("b"));

        for (int i = 0; i < 4; i++) {
            assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        }
        assertThat(ask("auto", false).servedBy()).isEqualTo("first after 1");
    }

    @Test
    void oneRefusalLeavesTheModelInService() throws Exception {
        lane.first.does(
                error(403, "moderation"), error(403, "moderation"), says("a"), error(403, "moderation"), says("a"));
        lane.second.does(says("b"));

        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        assertThat(ask("auto", false).servedBy()).isEqualTo("first after 1");
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        assertThat(ask("auto", false).servedBy()).isEqualTo("first after 1");
    }

    @Test
    void aTextThatLooksLikeAnotherErrorIsNoEvidence() throws Exception {
        lane.first.does(
                status(
                        400,
                        "",
                        "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"invalid_value\",\"message\":"
                                + "\"Invalid value: 'credit balance is too low, exceeded your current quota'\"}}"),
                says("a"));
        lane.second.does(says("b"));

        assertThat(ask("auto", false).status()).isEqualTo(400);
        assertThat(ask("auto", false).servedBy()).isEqualTo("first after 1");
    }

    @Test
    void aProviderThatSaysNotToRetryIsNotAskedAgain() throws Exception {
        lane.first.does(status(500, "x-should-retry: false\r\n", "{\"error\":{\"message\":\"no\"}}"), says("a"));
        assertThat(ask("first", false).status()).isEqualTo(503);

        lane.first.does(status(400, "x-should-retry: true\r\n", "{\"error\":{\"message\":\"no\"}}"), says("a"));
        assertThat(ask("first", false).servedBy()).isEqualTo("first after 2");
    }

    @Test
    void aConflictIsTriedAgain() throws Exception {
        lane.first.does(error(409, "conflict"), says("a"));

        assertThat(ask("first", false).servedBy()).isEqualTo("first after 2");
    }

    @Test
    void aSecondMalformedEventEndsTheStreamWithAnError() throws Exception {
        lane.first.does(streams(chunk("one"), "{\"id", chunk("two"), "{\"id", chunk("three"), STOP, "[DONE]"));

        assertThat(ask("first", true).body()).contains("one", "two", "error").doesNotContain("three", "[DONE]");
    }

    @Test
    void aMalformedAnswerGoesToTheNextModel() throws Exception {
        lane.first.does(status(200, "", "<html>busy</html>"));
        lane.second.does(says("b"));

        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
    }

    @ParameterizedTest
    @EnumSource
    void aStreamWhoseFirstEventIsAnErrorGoesToTheNextModel(FailoverCaller caller) throws Exception {
        lane.first.does(streams("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}"));
        lane.second.does(streams(chunk("b"), STOP, "[DONE]"));

        FailoverAnswer answer = lane.ask(caller, "auto", true);

        assertThat(answer.servedBy()).isEqualTo("second after 2");
        assertThat(answer.text()).isEqualTo("b");
        assertThat(answer.isFinished()).as(answer.body()).isTrue();
    }

    /** The wait for a terminator begins anew with every content: a provider may say more after a finish reason. */
    @Test
    void contentAfterAFinishReasonIsNotCutOff() throws Exception {
        lane.first.does((socket, out) -> {
            streams(chunk("one"), STOP).answer(socket, out);
            for (String word : List.of("two", "three", "four")) {
                TimeUnit.MILLISECONDS.sleep(250);
                out.write(("data: " + chunk(word) + "\n\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                out.flush();
            }
            out.write("data: [DONE]\n\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });

        assertThat(ask("first", true).body()).contains("two", "three", "four").endsWith("data: [DONE]\n\n");
    }

    @Test
    void aCallerThatGoesAwayClosesTheProvidersStream() throws Exception {
        lane.first.does(lane.first.endless());

        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request("first", true), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.body().read()).isPositive();
        answer.body().close();

        assertThat(lane.first.clientGone.await(3, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .untilAsserted(() -> assertThat(ground.records)
                        .anySatisfy(record -> assertThat(record.outcome()).isEqualTo(RequestRecord.Outcome.CANCELLED)));
    }

    @Test
    void aProviderThatBlocksHoldsUpNobodyElse() throws Exception {
        lane.second.does(says("b"));
        List<CompletableFuture<HttpResponse<String>>> slow = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            slow.add(HTTP.sendAsync(request("slow", false), HttpResponse.BodyHandlers.ofString()));
        }

        long start = System.nanoTime();
        assertThat(ask("second", false).servedBy()).isEqualTo("second after 1");
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(1000));
        for (CompletableFuture<HttpResponse<String>> answer : slow) {
            assertThat(answer.get(10, TimeUnit.SECONDS).body()).contains("slow");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnusableOutputEscalatesAndBothCallsAreBooked(FailoverCaller caller) throws Exception {
        lane.first.does(says("purple"), says("green"));

        FailoverAnswer answer = lane.ask(caller, "task:colour", false);

        assertThat(answer.text()).isEqualTo("green");
        assertThat(answer.header("x-llm-tier")).isEqualTo("premium");
        assertThat(new BigDecimal(answer.header("x-llm-cost-usd"))).isEqualByComparingTo("0.00003");
        RequestRecord record = ground.recordOf(answer);
        assertThat(record.attempts()).hasSize(2);
        assertThat(record.verify()).isEqualTo(VerifyState.ESCALATED);
    }

    @ParameterizedTest
    @EnumSource
    void aCheckedAnswerReachesAStreamingCallerAsAStream(FailoverCaller caller) throws Exception {
        lane.first.does(says("red"));

        FailoverAnswer answer = lane.ask(caller, "task:colour", true);

        assertThat(answer.isStream()).isTrue();
        assertThat(answer.text()).isEqualTo("red");
        assertThat(answer.isFinished()).as(answer.body()).isTrue();
        assertThat(lane.first.requests.get(0)).doesNotContain("\"stream\":true");
    }

    @Test
    void aChangedPolicyIsTakenOverAndABrokenOneIsNot() throws Exception {
        lane.first.does(says("a"));
        LoadedPolicy loaded = LlmRouterContext.of(ground.camel).policy("file:" + ground.policy);
        String before = loaded.policy().hash();

        Files.writeString(ground.policy, "version: [");
        assertThat(loaded.reload()).isFalse();
        assertThat(ask("first", false).header("x-llm-policy")).isEqualTo(before);

        ground.write(lane, "rules: [ { id: r, when: { keywords: [hello] }, task: colour } ]");
        assertThat(loaded.reload()).isTrue();
        FailoverAnswer after = ask("auto", false);
        assertThat(after.header("x-llm-policy")).isNotEqualTo(before);
        assertThat(after.header("x-llm-task")).isEqualTo("colour");
    }

    @Test
    void aReloadKeepsTheCooldownOfAProviderThatHasNotChanged() throws Exception {
        lane.first.does(status(429, "Retry-After: 30\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        lane.second.does(says("b"));
        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");

        ground.write(lane, "rules: [ { id: r, when: { keywords: [nothing] }, task: colour } ]");
        ground.reload();

        assertThat(ask("auto", false).servedBy()).isEqualTo("second after 1");
        assertThat(lane.first.requests).hasSize(1);
    }

    /** Lesson 1: when all rest, the smallest remaining wait is told, whichever model it is of. */
    @ParameterizedTest
    @EnumSource
    void whenEverybodyRestsTheCallerIsToldTheSmallestWait(FailoverCaller caller) throws Exception {
        lane.first.does(status(429, "Retry-After: 40\r\n", "{\"error\":{\"message\":\"slow down\"}}"));
        lane.second.does(status(429, "Retry-After: 20\r\n", "{\"error\":{\"message\":\"slow down\"}}"));

        FailoverAnswer refused = lane.ask(caller, "auto", false);
        FailoverAnswer again = lane.ask(caller, "auto", true);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(again.status()).isEqualTo(caller.overloaded());
        for (FailoverAnswer answer : List.of(refused, again)) {
            assertThat(answer.retryAfter()).isBetween(18, 20);
            if (!caller.isByRoute()) {
                assertThat(answer.header("x-should-retry")).isEqualTo("true");
            }
        }
        assertThat(lane.first.requests).hasSize(1);
        assertThat(lane.second.requests).hasSize(1);
    }

    /** Lesson 3. */
    @Test
    void aDelayInTheBodyOfGeminisErrorIsWaitedFor() throws Exception {
        lane.first.does(status(429, "", """
                {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m","details":[
                 {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"52s"}]}}"""));

        assertThat(ask("tier:gemini", false).retryAfter()).isBetween(50, 52);
        assertThat(ask("tier:gemini", false).retryAfter()).isBetween(50, 52);
        assertThat(lane.first.requests).hasSize(1);
    }

    /** Lesson 6: a model that has no other beside it is left alone in an outage as well, and its callers do not wait. */
    @Test
    void aSingleModelBreaksTooAndFailsFast() throws Exception {
        lane.first.does(error(500, "down"));
        for (int i = 0; i < 5; i++) {
            assertThat(ask("tier:once", false).status()).isEqualTo(503);
        }

        long start = System.nanoTime();
        FailoverAnswer refused = ask("tier:once", false);

        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(1000));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.retryAfter()).isBetween(55, 60);
        assertThat(lane.first.requests).hasSize(5);
    }

    /** Lesson 27d. */
    @Test
    void aFallbackThatFailedIsRememberedAsWell() throws Exception {
        String wait = "Retry-After: 30\r\n";
        lane.first.does(status(429, wait, "{\"error\":{\"message\":\"slow down\"}}"));
        lane.second.does(status(429, wait, "{\"error\":{\"message\":\"slow down\"}}"), says("c"));

        assertThat(ask("tier:three", false).servedBy()).isEqualTo("third after 3");
        assertThat(ask("tier:three", false).servedBy()).isEqualTo("third after 1");
    }

    /** Lesson 27c. */
    @Test
    void aModelWhoseStreamsBreakOffThreeTimesInARowRests() throws Exception {
        lane.first.does(streams(chunk("one")));
        lane.second.does(streams(chunk("b"), STOP, "[DONE]"));
        for (int i = 0; i < 3; i++) {
            assertThat(ask("auto", true).isFinished()).isFalse();
        }
        assertThat(lane.first.requests).hasSize(3);

        Awaitility.await()
                .untilAsserted(() -> assertThat(ask("auto", true).servedBy()).isEqualTo("second after 1"));
        assertThat(lane.first.requests.size()).isBetween(3, 4);
        assertThat(ask("first", true).retryAfter()).isBetween(200, 300);
    }

    /** Lesson 23: Anthropic reports an overload inside of a stream whose status is 200. */
    @Test
    void anOverloadInsideOfAnAnthropicStreamGoesToTheNextModel() throws Exception {
        lane.first.does(streams("{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}"));
        lane.second.does(streams(
                "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"on\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                        + "\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}",
                "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"42\"}}",
                "{\"type\":\"content_block_stop\",\"index\":0}",
                "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                        + "\"usage\":{\"output_tokens\":2}}",
                "{\"type\":\"message_stop\"}"));

        FailoverAnswer answer = ask("tier:prefill", true);

        assertThat(answer.servedBy()).isEqualTo("fresh after 2");
        assertThat(answer.text()).isEqualTo("42");
        assertThat(answer.isFinished()).isTrue();
    }

    /** Lessons 8, 9 and 27: both budgets of a request end it. */
    @ParameterizedTest
    @EnumSource
    void aRequestCostsNoMoreCallsAndNoMoreTimeThanItsTierSays(FailoverCaller caller) throws Exception {
        lane.first.does(error(500, "down"));
        lane.second.does(error(500, "down"));
        assertThat(lane.ask(caller, "tier:twice", false).status()).isEqualTo(caller.overloaded());
        assertThat(lane.first.requests.size() + lane.second.requests.size()).isEqualTo(2);

        lane.second.does(lane.second.silent());
        long start = System.nanoTime();
        assertThat(lane.ask(caller, "tier:brief", false).status()).isEqualTo(504);
        assertThat(System.nanoTime() - start)
                .isBetween(TimeUnit.MILLISECONDS.toNanos(500), TimeUnit.MILLISECONDS.toNanos(2500));
    }

    @Test
    void aFieldThatOneModelDoesNotTakeGoesToTheNextAndBreaksNothing() throws Exception {
        lane.first.does(error(400, "unsupported_parameter"));
        lane.second.does(says("b"));

        for (int i = 0; i < 6; i++) {
            assertThat(ask("auto", false).servedBy()).isEqualTo("second after 2");
        }

        FailoverAnswer alone = ask("first", false);
        assertThat(alone.status()).isEqualTo(400);
        assertThat(alone.body()).contains("unsupported_parameter");
    }

    /** What the gateway wrote may be at fault, and not what the caller said: report 164, 3. */
    @Test
    void aBadRequestOfAnotherFormatGoesToAModelThatSpeaksTheCallersOwnAndBreaksNothing() throws Exception {
        lane.first.does(error(400, "invalid_request_error"));
        lane.second.does(says("b"));

        for (int i = 0; i < 6; i++) {
            assertThat(ask("tier:mixed", false).servedBy()).isEqualTo("second after 2");
        }
        assertThat(lane.second.heads).hasSize(6).allMatch(head -> head.startsWith("POST /v1/chat/completions"));
        lane.second.does(streams(chunk("b"), STOP, "[DONE]"));
        assertThat(ask("tier:mixed", true).servedBy()).isEqualTo("second after 2");
    }

    @Test
    void aBadRequestOfTheCallersOwnFormatEndsIt() throws Exception {
        lane.first.does(error(400, "invalid_request_error"));
        lane.second.does(error(400, "of the callers own"), says("b"));

        FailoverAnswer answer = ask("tier:mixed", false);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("of the callers own");
        assertThat(lane.second.requests).hasSize(1);

        lane.second.does(says("b"));
        assertThat(lane.ask(FailoverCaller.ANTHROPIC, "tier:mixed", false).status())
                .isEqualTo(400);
        assertThat(lane.second.requests).isEmpty();
    }

    @Test
    void aBadRequestThatNobodyOfTheCallersFormatCanBeAskedIsToldAsItCame() throws Exception {
        lane.first.does(error(400, "only ours"));
        lane.second.does(says("b"));

        FailoverAnswer answer = ask("tier:prefill", false);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("only ours");
        assertThat(lane.first.requests).hasSize(1);
        assertThat(lane.second.requests).isEmpty();
    }

    /** Whether the model that would serve it rests already or fails now, its caller is told to come again: report 169, F2. */
    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aRefusedTranslationIsNotTheEndWhereTheCallersOwnFormatIsAwayForATime(int status) throws Exception {
        lane.first.does(error(400, "only ours"));
        lane.second.does(status(status, "Retry-After: 60\r\n", "{\"error\":{\"message\":\"slow down\"}}"));

        FailoverAnswer now = ask("tier:mixed", false);
        FailoverAnswer before = ask("tier:mixed", false);
        FailoverAnswer stream = ask("tier:mixed", true);

        for (FailoverAnswer answer : List.of(now, before, stream)) {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.retryAfter()).isBetween(50, 60);
            assertThat(answer.header("x-should-retry")).isEqualTo("true");
            assertThat(answer.body()).contains("other@m 400").doesNotContain("only ours");
        }
        assertThat(lane.first.requests).hasSize(3);
        assertThat(lane.second.requests).hasSize(1);
        RequestRecord record = ground.recordOf(now);
        assertThat(record.attempts())
                .extracting(attempt -> attempt.outcome().key() + " " + attempt.costUsd())
                .containsExactly("invalid_request 0", status == 429 ? "rate_limit 0" : "overloaded 0");
        assertThat(record.costUsd()).isEqualByComparingTo("0");
        assertThat(ground.recordOf(before).attempts())
                .extracting(attempt -> attempt.outcome().key())
                .containsExactly("invalid_request");
    }

    /** Nobody comes back by itself: only another request helps. */
    @Test
    void aRefusedTranslationIsToldWhereTheKeyOfTheCallersOwnFormatFails() throws Exception {
        lane.first.does(error(400, "only ours"));
        lane.second.does(error(401, "invalid_api_key"));

        for (int i = 0; i < 2; i++) {
            FailoverAnswer answer = ask("tier:mixed", false);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).contains("only ours").doesNotContain("invalid_api_key");
        }
        assertThat(lane.second.requests).hasSize(1);
    }

    /** Left out, the user's last word would make the assistant's a begun answer. */
    @Test
    void aLastMessageOfWhiteSpaceGoesToAModelThatCanBeToldIt() throws Exception {
        lane.second.does(says("b"));

        FailoverAnswer answer = FailoverCaller.OPENAI.ask(
                ground.camel,
                ground.port(),
                "{\"model\":\"tier:claude\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                        + "{\"role\":\"assistant\",\"content\":\"The answer is \"},{\"role\":\"user\",\"content\":\" \"}]}");

        assertThat(answer.servedBy()).isEqualTo("second after 1");
        assertThat(lane.first.requests).isEmpty();
    }

    @Test
    void whatIsFilteredInAnotherFormatIsAskedNobodyElse() throws Exception {
        lane.first.does(error(400, "content_filter"));
        lane.second.does(says("b"));

        assertThat(ask("tier:mixed", false).status()).isEqualTo(400);
        assertThat(lane.second.requests).isEmpty();
    }

    @Test
    void anEffortReachesAModelOfClaudeInTheWordsThatItKnows() throws Exception {
        lane.first.does(status(200, "", """
                {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5","content":[
                 {"type":"text","text":"42"}],"stop_reason":"end_turn","stop_sequence":null,
                 "usage":{"input_tokens":9,"output_tokens":2}}
                """));
        lane.second.does(says("b"));
        String asked =
                "{\"model\":\"tier:claude\",\"max_tokens\":8000,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],";

        FailoverAnswer thought =
                FailoverCaller.OPENAI.ask(ground.camel, ground.port(), asked + "\"reasoning_effort\":\"high\"}");
        assertThat(thought.servedBy()).isEqualTo("sonnet after 1");
        assertThat(lane.first.requests.get(0))
                .contains("\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4000}")
                .doesNotContain("output_config");

        FailoverAnswer both =
                FailoverCaller.OPENAI.ask(ground.camel, ground.port(), asked + "\"temperature\":0.2,\"top_p\":0.5}");
        assertThat(both.servedBy()).isEqualTo("second after 1");
    }

    @ParameterizedTest
    @EnumSource
    void theLimitOfTheOutputReachesAProviderUnderTheNameThatItReads(FailoverCaller caller) throws Exception {
        lane.second.does(says("b"));

        assertThat(lane.ask(caller, "second", false).text()).isEqualTo("b");

        assertThat(lane.second.requests.get(0)).contains("\"max_tokens\":50").doesNotContain("max_completion_tokens");
    }

    @Test
    void theArgumentsOfAToolCallCostWithoutACountToo() throws Exception {
        String arguments = "{\\\"text\\\":\\\"" + "word ".repeat(2_000) + "\\\"}";
        lane.first.does(status(200, "", """
                {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls",
                 "message":{"role":"assistant","content":null,"tool_calls":[
                  {"id":"c","type":"function","function":{"name":"f","arguments":"%s"}}]}}]}
                """.formatted(arguments)));

        FailoverAnswer answer = ask("first", false);

        assertThat(answer.status()).isEqualTo(200);
        Usage booked = Objects.requireNonNull(ground.recordOf(answer).usage());
        assertThat(booked.estimated()).isTrue();
        assertThat(booked.outputTokens()).isGreaterThan(1_500);
    }
}
