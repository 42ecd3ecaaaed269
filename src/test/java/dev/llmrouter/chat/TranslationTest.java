package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.OutputLimit;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslationTest {
    private static JsonNode translated(ChatRequest request, Dialect.Name to) {
        return json(Json.bytes(Samples.DIALECTS.provider(to).writeRequest(request, "remote", 4_096)));
    }

    @Test
    void translatesOpenAiToAnthropic() throws BadRequestException {
        assertThat(translated(Samples.openAi(Samples.OPENAI_TOOLS), Dialect.Name.ANTHROPIC))
                .isEqualTo(json("""
                {"model":"remote","max_tokens":100,"system":"Be brief.","messages":[
                  {"role":"user","content":[{"type":"text","text":"Weather here and there?"},
                    {"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}}]},
                  {"role":"assistant","content":[
                    {"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Bern"}},
                    {"type":"tool_use","id":"call_2","name":"weather","input":{"city":"Rome"}}]},
                  {"role":"user","content":[
                    {"type":"tool_result","tool_use_id":"call_1","content":[{"type":"text","text":"{\\"c\\":4}"}]},
                    {"type":"tool_result","tool_use_id":"call_2","content":[{"type":"text","text":"sunny"}]},
                    {"type":"text","text":"Compare."}]}],
                 "tools":[{"name":"weather","description":"Weather of a city",
                   "input_schema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],
                 "tool_choice":{"type":"any","disable_parallel_tool_use":true},
                 "temperature":0.5,"stop_sequences":["END","FIN"],"metadata":{"user_id":"u1"},"stream":true}
                """));
    }

    @Test
    void translatesOpenAiToGemini() throws BadRequestException {
        assertThat(translated(Samples.openAi(Samples.OPENAI_TOOLS), Dialect.Name.GEMINI))
                .isEqualTo(json("""
                {"systemInstruction":{"parts":[{"text":"Be brief."}]},"contents":[
                  {"role":"user","parts":[{"text":"Weather here and there?"},
                    {"inlineData":{"mimeType":"image/png","data":"aGk="}}]},
                  {"role":"model","parts":[
                    {"functionCall":{"name":"weather","args":{"city":"Bern"}},"thoughtSignature":"skip_thought_signature_validator"},
                    {"functionCall":{"name":"weather","args":{"city":"Rome"}},"thoughtSignature":"skip_thought_signature_validator"}]},
                  {"role":"user","parts":[
                    {"functionResponse":{"name":"weather","response":{"c":4}}},
                    {"functionResponse":{"name":"weather","response":{"result":"sunny"}}},
                    {"text":"Compare."}]}],
                 "tools":[{"functionDeclarations":[{"name":"weather","description":"Weather of a city",
                   "parametersJsonSchema":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}]}],
                 "toolConfig":{"functionCallingConfig":{"mode":"ANY"}},
                 "generationConfig":{"maxOutputTokens":100,"temperature":0.5,"stopSequences":["END","FIN"]}}
                """));
    }

    @Test
    void translatesAnthropicToOpenAi() throws BadRequestException {
        assertThat(translated(Samples.anthropic(Samples.ANTHROPIC_TOOLS), Dialect.Name.OPENAI))
                .isEqualTo(json("""
                {"model":"remote","messages":[{"role":"system","content":"Be brief."},
                  {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}},
                    {"type":"text","text":"Weather?"}]},
                  {"role":"assistant","content":"Looking.","tool_calls":[{"id":"toolu_1","type":"function",
                    "function":{"name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"}}]},
                  {"role":"tool","tool_call_id":"toolu_1","content":"4 C"},
                  {"role":"user","content":"And tomorrow?"}],
                 "tools":[{"type":"function","function":{"name":"weather","description":"d",
                   "parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}],
                 "parallel_tool_calls":false,"tool_choice":{"type":"function","function":{"name":"weather"}},
                 "max_completion_tokens":200,"temperature":0.2,"stop":["END"],"user":"u7"}
                """));
    }

    @Test
    void translatesAnthropicToGemini() throws BadRequestException {
        JsonNode sent = translated(Samples.anthropic(Samples.ANTHROPIC_TOOLS), Dialect.Name.GEMINI);

        assertThat(sent.at("/contents/2/parts/0/functionResponse/name").textValue())
                .isEqualTo("weather");
        assertThat(sent.at("/contents/2/parts/1/text").textValue()).isEqualTo("And tomorrow?");
        assertThat(sent.at("/toolConfig/functionCallingConfig/allowedFunctionNames/0")
                        .textValue())
                .isEqualTo("weather");
    }

    @Test
    void givesAnthropicTheLimitThatItDemands() throws BadRequestException {
        ChatRequest request = Samples.openAi("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");

        assertThat(translated(request, Dialect.Name.ANTHROPIC))
                .isEqualTo(
                        json(
                                "{\"model\":\"remote\",\"max_tokens\":4096,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"));
    }

    @Test
    void translatesJsonSchemaAndEffort() throws BadRequestException {
        ChatRequest request = Samples.openAi("""
                {"model":"m","messages":[{"role":"user","content":"x"}],"reasoning_effort":"low","response_format":
                 {"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}}}
                """);

        assertThat(translated(request, Dialect.Name.ANTHROPIC).get("output_config"))
                .isEqualTo(
                        json("{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\","
                                + "\"additionalProperties\":false}}}"));
        assertThat(translated(request, Dialect.Name.GEMINI).get("generationConfig"))
                .isEqualTo(json("""
                        {"thinkingConfig":{"thinkingBudget":1024},"responseMimeType":"application/json",
                         "responseJsonSchema":{"type":"object"}}
                        """));
    }

    @Test
    void mergesMessagesOfOneSideAndLeavesEmptyTextsOut() throws BadRequestException {
        ChatRequest request = Samples.openAi("""
                {"model":"m","messages":[{"role":"user","content":"a"},{"role":"user","content":"b"},
                 {"role":"assistant","content":""},{"role":"user","content":"c"},{"role":"system","content":"s"}]}
                """);

        assertThat(translated(request, Dialect.Name.ANTHROPIC).get("messages").toString())
                .isEqualTo("[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                        + "{\"type\":\"text\",\"text\":\"b\"}]},{\"role\":\"user\",\"content\":\"c\"}]");
    }

    @Test
    void bringsGeminisSignatureBackThroughTheIdOfTheCall() throws Exception {
        ChatReply reply = Samples.reply(Dialect.Name.GEMINI, Samples.GEMINI_REPLY);
        String id = reply.choices().get(0).parts().stream()
                .filter(Part.ToolCall.class::isInstance)
                .map(part -> ((Part.ToolCall) part).id())
                .findFirst()
                .orElseThrow();
        assertThat(AnthropicRequestWriter.toolId(id)).isEqualTo(id);
        ChatRequest next = Samples.openAi(("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                        + "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"ID\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"weather\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"ID\",\"content\":\"ok\"}]}")
                .replace("ID", id));

        assertThat(translated(next, Dialect.Name.GEMINI)
                        .at("/contents/1/parts/0/thoughtSignature")
                        .textValue())
                .isEqualTo("a+b/cd==");
        JsonNode sameDialect = translated(next, Dialect.Name.OPENAI);
        String plain = sameDialect.at("/messages/1/tool_calls/0/id").textValue();
        assertThat(plain.length()).isLessThanOrEqualTo(40);
        assertThat(sameDialect.at("/messages/2/tool_call_id").textValue()).isEqualTo(plain);
        assertThat(translated(next, Dialect.Name.ANTHROPIC)
                        .at("/messages/1/content/0/id")
                        .textValue())
                .isEqualTo(plain);
    }

    @Test
    void translatesPlainTextToEveryProvider() {
        for (Dialect.Name to : List.of(Dialect.Name.OPENAI, Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThat(translated(ChatRequest.ofText("Hallo"), to).toString()).contains("Hallo");
        }
    }

    /** What a model of another dialect thought comes back from Anthropic's clients without a signature. */
    @Test
    void thoughtsWithoutASignatureStayOutOfTheNextTurn() throws BadRequestException {
        String body = """
                {"model":"remote","max_tokens":9,"messages":[
                  {"role":"user","content":"x"},
                  {"role":"assistant","content":[
                    {"type":"thinking","thinking":"t","signature":""},{"type":"text","text":"a"}]},
                  {"role":"user","content":"y"},
                  {"role":"assistant","content":[{"type":"thinking","thinking":"alone","signature":" "}]},
                  {"role":"user","content":"z"},
                  {"role":"assistant","content":[
                    {"type":"thinking","thinking":"mine","signature":"s"},{"type":"text","text":"b"}]},
                  {"role":"user","content":"w"}]}
                """;
        ChatRequest request = Samples.anthropic(body);

        assertThat(translated(request, Dialect.Name.ANTHROPIC)).isEqualTo(json("""
                {"model":"remote","max_tokens":9,"messages":[
                  {"role":"user","content":"x"},
                  {"role":"assistant","content":[{"type":"text","text":"a"}]},
                  {"role":"user","content":"y"},
                  {"role":"user","content":"z"},
                  {"role":"assistant","content":[
                    {"type":"thinking","thinking":"mine","signature":"s"},{"type":"text","text":"b"}]},
                  {"role":"user","content":"w"}]}
                """));
        assertThat(request.body()).as("the received body").isEqualTo(json(body));
        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI))
                .singleElement()
                .asString()
                .contains("message 5", "signed reasoning");
    }

    @ParameterizedTest
    @CsvSource({"max_tokens, MAX_COMPLETION_TOKENS", "max_completion_tokens, MAX_TOKENS", "max_tokens, MAX_TOKENS"})
    void theLimitOfTheOutputHasTheNameThatTheProviderReads(String said, OutputLimit read) throws BadRequestException {
        String rest = "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
        ChatRequest openAi = Samples.openAi("{\"" + said + "\":7," + rest);
        JsonNode received = json(Json.bytes(Objects.requireNonNull(openAi.body())));

        for (ChatRequest request : List.of(openAi, Samples.anthropic("{\"max_tokens\":7," + rest))) {
            JsonNode sent = translated(request.limitedBy(read), Dialect.Name.OPENAI);
            assertThat(sent.get(read.field()).intValue()).isEqualTo(7);
            assertThat(sent.has("max_tokens") && sent.has("max_completion_tokens"))
                    .isFalse();
        }
        assertThat(translated(openAi.limitedBy(null), Dialect.Name.OPENAI).has(said))
                .isTrue();
        assertThat(openAi.body()).isEqualTo(received);
    }

    @Test
    void whatOtherClientsMarkForTheCacheIsMarkedForAnthropic() throws BadRequestException {
        assertThat(translated(Samples.openAi("""
                {"model":"m","max_tokens":9,"messages":[
                  {"role":"system","content":[{"type":"text","text":"Rules."},
                    {"type":"text","text":"Book.","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
                  {"role":"user","content":"x","cache_control":{"type":"ephemeral"}},
                  {"role":"assistant","content":"y"},
                  {"role":"user","content":[{"type":"text","text":"z","cache_control":"no object"}]}]}
                """), Dialect.Name.ANTHROPIC)).isEqualTo(json("""
                {"model":"remote","max_tokens":9,
                 "system":[{"type":"text","text":"Rules."},
                   {"type":"text","text":"Book.","cache_control":{"type":"ephemeral","ttl":"1h"}}],
                 "messages":[
                  {"role":"user","content":[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]},
                  {"role":"assistant","content":"y"},
                  {"role":"user","content":"z"}]}
                """));
    }

    @Test
    void imagesFilesAndToolsAreMarkedForAnthropicToo() throws BadRequestException {
        JsonNode sent = translated(Samples.openAi("""
                {"model":"m","max_tokens":9,"messages":[
                  {"role":"user","content":[
                    {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="},"cache_control":{"type":"ephemeral"}},
                    {"type":"image_url","image_url":{"url":"https://example.org/a.png"}},
                    {"type":"file","file":{"file_data":"data:application/pdf;base64,aGk="},"cache_control":{"type":"ephemeral"}}]}],
                 "tools":[{"type":"function","function":{"name":"a"}},
                  {"type":"function","function":{"name":"b","cache_control":{"type":"ephemeral"}}},
                  {"type":"function","function":{"name":"c"},"cache_control":{"type":"ephemeral","ttl":"1h"}}]}
                """), Dialect.Name.ANTHROPIC);

        assertThat(sent.at("/messages/0/content")).isEqualTo(json("""
                [{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="},"cache_control":{"type":"ephemeral"}},
                 {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}},
                 {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"aGk="},
                  "cache_control":{"type":"ephemeral"}}]"""));
        assertThat(sent.at("/tools/0").has("cache_control")).isFalse();
        assertThat(sent.at("/tools/1/cache_control")).isEqualTo(json("{\"type\":\"ephemeral\"}"));
        assertThat(sent.at("/tools/2/cache_control")).isEqualTo(json("{\"type\":\"ephemeral\",\"ttl\":\"1h\"}"));
    }
}
