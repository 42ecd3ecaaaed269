package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers that speak Responses are asked, and what their answers mean. */
class ResponsesProviderTest {
    private static JsonNode sent(ChatRequest request) {
        return json(Json.bytes(Samples.DIALECTS.provider(Dialect.Name.RESPONSES).writeRequest(request, "gpt-y", 1000)));
    }

    private static ChatRequest chat(String fields) throws BadRequestException {
        return Samples.openAi(
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + fields + "}");
    }

    @Test
    void aConversationOfChatBecomesItems() throws Exception {
        JsonNode body = sent(Samples.openAi("""
                {"model":"auto","max_completion_tokens":100,"temperature":0.5,"reasoning_effort":"low","verbosity":"low",
                 "user":"u","service_tier":"flex","metadata":{"a":"b"},"parallel_tool_calls":false,
                 "messages":[{"role":"system","content":"Be brief."},
                   {"role":"user","content":[{"type":"text","text":"Look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]},
                   {"role":"assistant","content":"Let me look.","tool_calls":[
                     {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{}"}}]},
                   {"role":"tool","tool_call_id":"call_1","content":"sunny"}],
                 "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object"}}},
                   {"type":"function","function":{"name":"now"}}],
                 "tool_choice":{"type":"function","function":{"name":"weather"}},
                 "response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"},"strict":true}}}
                """));

        assertThat(body).isEqualTo(json("""
                {"model":"gpt-y","instructions":"Be brief.","input":[
                   {"role":"user","content":[{"type":"input_text","text":"Look"},
                     {"type":"input_image","image_url":"data:image/png;base64,aGk=","detail":"auto"}]},
                   {"role":"assistant","content":"Let me look."},
                   {"type":"function_call","call_id":"call_1","name":"weather","arguments":"{}"},
                   {"type":"function_call_output","call_id":"call_1","output":"sunny"}],
                 "tools":[{"type":"function","name":"weather","description":"d","parameters":{"type":"object","properties":{}},"strict":false},
                   {"type":"function","name":"now","parameters":{"type":"object","properties":{}},"strict":false}],
                 "parallel_tool_calls":false,"tool_choice":{"type":"function","name":"weather"},
                 "text":{"format":{"type":"json_schema","name":"answer","schema":{"type":"object"},"strict":true},"verbosity":"low"},
                 "max_output_tokens":100,"temperature":0.5,"reasoning":{"effort":"low"},"user":"u","store":false,
                 "metadata":{"a":"b"},"service_tier":"flex"}
                """));
    }

    @Test
    void requestsOfAnthropicsClientsArriveWhole() throws Exception {
        JsonNode body = sent(Samples.anthropic(Samples.ANTHROPIC_TOOLS));

        assertThat(body.path("input").findValuesAsText("type")).contains("function_call", "function_call_output");
        assertThat(body.path("store").booleanValue()).isFalse();
        assertThat(body.has("store")).isTrue();
        assertThat(body.path("max_output_tokens").isInt()).isTrue();
        assertThat(body.has("messages")).isFalse();
    }

    @Test
    void aCallersResponsesGoThereAsTheyCameButForTheModel() throws Exception {
        ChatRequest request = Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(Samples.utf8(Samples.RESPONSES_TOOLS), Limits.ofDefaults());
        JsonNode expected =
                ((com.fasterxml.jackson.databind.node.ObjectNode) json(Samples.RESPONSES_TOOLS)).put("model", "gpt-y");

        assertThat(sent(request)).isEqualTo(expected);
    }

    private static ChatRequest responses(String input) throws BadRequestException {
        return Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(Samples.utf8("{\"model\":\"auto\",\"input\":" + input + "}"), Limits.ofDefaults());
    }

    /** OpenAI has never stored them: "Item with id 'rs_...' not found", or "array too long" for their content. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thoughtsThatTheGatewayHandedOutAreNotSentToAProviderOfResponses(boolean streamed) throws Exception {
        ChatReply thinking = Samples.reply(
                Dialect.Name.OPENAI,
                "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"tool_calls\",\"message\":{\"reasoning_content\":\"Hm.\","
                        + "\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}}]}");
        CallerDialect callers = Samples.DIALECTS.caller(Dialect.Name.RESPONSES);
        ChatRequest first = responses("\"Hi\"");
        JsonNode answer;
        if (streamed) {
            String events = new String(callers.writeStream(thinking, first), StandardCharsets.UTF_8);
            answer = json(events.lines()
                            .filter(line -> line.startsWith("data: {\"type\":\"response.completed\""))
                            .findFirst()
                            .orElseThrow()
                            .substring(6))
                    .path("response");
        } else {
            answer = json(callers.writeReply(thinking, first));
        }
        assertThat(answer.at("/output/0/content/0/text").asText()).isEqualTo("Hm.");
        String items = answer.path("output").toString();

        JsonNode sent = sent(responses(
                        "[{\"role\":\"user\",\"content\":\"Hi\"}," + items.substring(1, items.length() - 1)
                                + ",{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"r\"}]"))
                .path("input");

        assertThat(sent).hasSize(3);
        assertThat(sent.findValuesAsText("type")).containsExactly("function_call", "function_call_output");
        assertThat(sent.at("/1/call_id").asText()).isEqualTo("call_1");
    }

    /** Clients that keep nothing (Codex) send items without their ids. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'id':'rs_1','summary':[],'encrypted_content':'x'                                        | true",
                "'summary':[],'encrypted_content':'x'                                                    | true",
                "'id':'rs_1','summary':[],'content':[{'type':'reasoning_text','text':'Hm.'}]             | true",
                "'id':'rs_1','summary':[{'type':'summary_text','text':'Hm.'}]                            | true",
                "'summary':[],'encrypted_content':null                                                   | false",
                "'summary':[],'content':[{'type':'reasoning_text','text':'Hm.'}]                         | false"
            })
    void thoughtsOfAProviderGoBackToIt(String thoughts, boolean kept) throws Exception {
        JsonNode sent = sent(responses("[{\"role\":\"user\",\"content\":\"Hi\"},{\"type\":\"reasoning\","
                + thoughts.replace('\'', '"') + "},{\"role\":\"assistant\",\"content\":\"a\"}]"));

        assertThat(sent.path("input")).hasSize(kept ? 3 : 2);
        assertThat(sent.at("/input/1/type").asText()).isEqualTo(kept ? "reasoning" : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop sequences          | \"stop\":[\"END\"]",
                "n is 2                  | \"n\":2",
                "presence_penalty        | \"presence_penalty\":0.5",
                "frequency_penalty       | \"frequency_penalty\":0.5",
                "top_k                   | \"top_k\":5",
                "limit of 15             | \"max_tokens\":15",
                "logit_bias              | \"logit_bias\":{\"50256\":-100}",
                "no schema               | \"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\"}}"
            })
    void whatResponsesCannotSayLeavesTheProviderOut(String reason, String field) throws Exception {
        assertThat(Portability.notCarried(chat(field), Dialect.Name.RESPONSES))
                .singleElement()
                .asString()
                .contains(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"max_tokens\":16",
                "\"verbosity\":\"low\"",
                "\"logprobs\":true,\"top_logprobs\":2",
                "\"response_format\":{\"type\":\"json_object\"}",
                "\"seed\":7,\"presence_penalty\":0,\"n\":1"
            })
    void whatResponsesCanSayLeavesNobodyOut(String field) throws Exception {
        assertThat(Portability.notCarried(chat(field), Dialect.Name.RESPONSES)).isEmpty();
    }

    @Test
    void soundIsNotTakenAndFilesAre() throws Exception {
        String message = "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":[%s]}]}";
        ChatRequest sound = Samples.openAi(
                message.formatted("{\"type\":\"input_audio\",\"input_audio\":{\"format\":\"wav\",\"data\":\"aGk=\"}}"));
        ChatRequest file = Samples.openAi(message.formatted("{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}"));

        assertThat(Portability.notCarried(sound, Dialect.Name.RESPONSES))
                .singleElement()
                .asString()
                .contains("audio");
        assertThat(Portability.notCarried(file, Dialect.Name.RESPONSES)).isEmpty();
        assertThat(sent(file).at("/input/0/content/0/file_id").asText()).isEqualTo("file-1");
    }

    @Test
    void logProbabilitiesAreAskedForAndComeBackAsChatHasThem() throws Exception {
        JsonNode body = sent(chat("\"logprobs\":true,\"top_logprobs\":2"));
        ChatReply reply = reply("\"completed\"", "null", """
                {"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","annotations":[],
                  "logprobs":[{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"b","logprob":-1,"bytes":[98]}]}]}]}
                """);

        assertThat(body.at("/include/0").asText()).isEqualTo("message.output_text.logprobs");
        assertThat(body.path("top_logprobs").asInt()).isEqualTo(2);
        JsonNode logprobs = Objects.requireNonNull(reply.choices().get(0).logprobs());
        assertThat(logprobs.at("/content/0/top_logprobs/0/token").asText()).isEqualTo("b");
        assertThat(logprobs.path("refusal").isNull()).isTrue();
    }

    private static ChatReply reply(String status, String details, String output) throws MalformedReplyException {
        return Samples.reply(
                Dialect.Name.RESPONSES,
                "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"m\",\"status\":" + status
                        + ",\"error\":null,\"incomplete_details\":" + details + ",\"output\":[" + output + "]}");
    }

    @Test
    void anIncompleteAnswerSaysWhy() throws Exception {
        String text = "{\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Half\"}]}";

        assertThat(reply("\"incomplete\"", "{\"reason\":\"max_output_tokens\"}", text)
                        .choices()
                        .get(0)
                        .finishReason())
                .isEqualTo(FinishReason.LENGTH);
        assertThat(reply("\"incomplete\"", "{\"reason\":\"content_filter\"}", text)
                        .choices()
                        .get(0)
                        .finishReason())
                .isEqualTo(FinishReason.CONTENT_FILTER);
    }

    @Test
    void aRefusalIsARefusal() throws Exception {
        ChatReply reply = reply(
                "\"completed\"",
                "null",
                "{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":\"No.\"}]}");

        assertThat(reply.choices().get(0).parts()).containsExactly(new Part.Refusal("No."));
    }

    @Test
    void anAnswerInTheBackgroundIsOneThatHasNotBegun() throws Exception {
        ChatReply reply = reply("\"queued\"", "null", "");

        assertThat(reply.choices().get(0).parts()).isEmpty();
        assertThat(reply.id()).isEqualTo("resp_1");
    }

    @ParameterizedTest
    @CsvSource({
        "rate_limit_exceeded, RATE_LIMIT, 429",
        "server_error, SERVER, 500",
        "invalid_prompt, INVALID_REQUEST, 400",
        "image_content_policy_violation, CONTENT_FILTER, 400"
    })
    void aFailedAnswerIsTheErrorThatItsCodeSays(String code, ChatError.Kind kind, int status) throws Exception {
        String error = "{\"code\":\"" + code + "\",\"message\":\"sorry\"}";
        String failed = "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"failed\",\"error\":" + error
                + ",\"output\":[]}";

        assertThatThrownBy(() -> Samples.reply(Dialect.Name.RESPONSES, failed))
                .isInstanceOf(MalformedReplyException.class);
        ChatError whole = Samples.DIALECTS.provider(Dialect.Name.RESPONSES).parseError(200, Samples.utf8(failed));
        assertThat(whole.kind()).isEqualTo(kind);
        assertThat(whole.status()).isEqualTo(status);
        for (String event : List.of(
                "{\"type\":\"response.failed\",\"sequence_number\":1,\"response\":" + failed + "}",
                "{\"type\":\"error\",\"sequence_number\":1,\"code\":\"" + code
                        + "\",\"message\":\"sorry\",\"param\":null}",
                "{\"type\":\"error\",\"error\":" + error + "}")) {
            assertThat(Samples.decode(Dialect.Name.RESPONSES, "data: " + event + "\n\n"))
                    .containsExactly(new StreamEvent.Failed(whole));
        }
    }

    @Test
    void aFailureAfterEventsThatWerePassedOnGoesOnWithTheirNumbers() throws Exception {
        ChatRequest request = Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(Samples.utf8(Samples.RESPONSES_TOOLS), Limits.ofDefaults());
        Dialect.StreamDecoder decoder =
                Samples.DIALECTS.provider(Dialect.Name.RESPONSES).decoder();
        Dialect.StreamEncoder encoder =
                Samples.DIALECTS.caller(Dialect.Name.RESPONSES).encoder(request);
        List<SseParser.Event> events = SseParser.ofDefaults().feed(Samples.utf8(Samples.RESPONSES_STREAM));
        for (SseParser.Event event : events.subList(0, 11)) {
            encoder.pass(event.event(), event.data(), decoder.decode(event.event(), event.data()));
        }

        String last = new String(
                encoder.encode(new StreamEvent.Failed(ChatError.of(ChatError.Kind.SERVER, 502, "gone"))),
                StandardCharsets.UTF_8);

        JsonNode data = json(last.substring(last.indexOf("data: ") + 6));
        assertThat(data.path("type").asText()).isEqualTo("response.failed");
        assertThat(data.path("sequence_number").asInt()).isEqualTo(11);
        assertThat(data.at("/response/id").asText()).isEqualTo("resp_1");
        assertThat(data.at("/response/output")).hasSize(1);
        assertThat(encoder.encode(new StreamEvent.End())).isEmpty();
    }

    @Test
    void serversThatSendNoDeltasAreUnderstood() throws Exception {
        List<StreamEvent> events = Samples.decode(Dialect.Name.RESPONSES, """
                data: {"type":"response.created","response":{"id":"r","model":"m","created_at":7}}

                data: {"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0}

                data: {"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"Hm"}

                data: {"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":1}

                data: {"type":"response.output_text.done","output_index":1,"content_index":0,"text":"Hello"}

                data: {"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}}

                data: {"type":"response.web_search_call.searching","output_index":3,"item_id":"ws"}

                data: {"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}}

                """);

        assertThat(events)
                .containsExactly(
                        new StreamEvent.Start("r", "m", 7, null),
                        new StreamEvent.ReasoningDelta(0, "Hm", null),
                        new StreamEvent.ReasoningDelta(0, "\n\n", null),
                        new StreamEvent.TextDelta(0, "Hello", null),
                        new StreamEvent.ToolCallStart(0, 0, "c", "f"),
                        new StreamEvent.ToolCallDelta(0, 0, "{}"),
                        new StreamEvent.Finish(0, FinishReason.LENGTH, null),
                        new StreamEvent.End());
    }

    @Test
    void signaturesOfOthersStayHere() throws Exception {
        ChatRequest request = Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(
                        Samples.utf8(
                                "{\"model\":\"auto\",\"input\":[{\"type\":\"function_call\",\"call_id\":\"c1__ts__abc\","
                                        + "\"name\":\"f\",\"arguments\":\"{}\"},{\"type\":\"function_call_output\","
                                        + "\"call_id\":\"c1__ts__abc\",\"output\":\"x\"}]}"),
                        Limits.ofDefaults());

        assertThat(new ArrayList<>(sent(request).path("input").findValuesAsText("call_id")))
                .containsExactly("c1", "c1");
    }
}
