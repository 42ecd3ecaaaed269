package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.policy.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What OpenAI refuses with 400 though other formats allow it: nothing of it is sent to its formats from another one. */
class OpenAiLimitsTest {
    /** 64 letters. */
    private static final String LONGEST = "a".repeat(64);

    private static JsonNode sent(ChatRequest request, Dialect.Name to) {
        return json(Json.bytes(Samples.DIALECTS.provider(to).writeRequest(request, "remote", 4_096)));
    }

    private static ChatRequest anthropic(String fields) throws BadRequestException {
        return Samples.anthropic(
                "{\"model\":\"m\",\"max_tokens\":90,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + fields
                        + "}");
    }

    private static ChatRequest responses(String fields) throws BadRequestException {
        return Samples.DIALECTS
                .caller(Dialect.Name.RESPONSES)
                .parseRequest(Samples.utf8("{\"model\":\"m\",\"input\":\"x\"," + fields + "}"), Limits.ofDefaults());
    }

    private static String user(String id, Dialect.Name to) throws BadRequestException {
        return sent(anthropic("\"metadata\":{\"user_id\":\"" + id + "\"}"), to)
                .path("user")
                .asText();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "RESPONSES"})
    void aLongUserIdOfAnthropicsBecomesItsHash(Dialect.Name to) throws BadRequestException {
        String id = "user_" + "0123456789abcdef".repeat(9);
        assertThat(user(id, to)).matches("[0-9a-f]{64}").isEqualTo(user(id, to)).isNotEqualTo(user(id + "x", to));
        assertThat(user(LONGEST, to)).isEqualTo(LONGEST);
        assertThat(user(LONGEST + "a", to))
                .isEqualTo("635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0");
    }

    @Test
    void aLongUserIdOfTheSameFormatIsItsCallersOwn() throws BadRequestException {
        ChatRequest request = Samples.openAi(
                "{\"model\":\"m\",\"user\":\"" + LONGEST + "a\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(sent(request, Dialect.Name.OPENAI).path("user").asText()).isEqualTo(LONGEST + "a");
    }

    /** "object schema missing properties": tools of MCP without arguments have none. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {'type':'object'}                                | {'type':'object','properties':{}}
                    {'type':'object','additionalProperties':false}   | {'type':'object','additionalProperties':false,'properties':{}}
                    {}                                               | {'type':'object','properties':{}}
                    {'type':'object','properties':{'a':{'type':'string'}}} | {'type':'object','properties':{'a':{'type':'string'}}}
                    """)
    void aToolWithoutArgumentsHasPropertiesAtOpenAi(String given, String expected) throws BadRequestException {
        ChatRequest request =
                anthropic("\"tools\":[{\"name\":\"f\",\"input_schema\":" + given.replace('\'', '"') + "}]");
        JsonNode schema = json(expected.replace('\'', '"'));
        assertThat(sent(request, Dialect.Name.OPENAI).at("/tools/0/function/parameters"))
                .isEqualTo(schema);
        assertThat(sent(request, Dialect.Name.RESPONSES).at("/tools/0/parameters"))
                .isEqualTo(schema);
        assertThat(sent(request, Dialect.Name.ANTHROPIC).at("/tools/0/input_schema"))
                .isEqualTo(json(given.replace('\'', '"')));
    }

    private static ChatRequest tool(String name) throws BadRequestException {
        return anthropic("\"tools\":[{\"name\":\"" + name + "\",\"input_schema\":{\"type\":\"object\"}}]");
    }

    private static String named(ChatRequest request, Dialect.Name to, String at) {
        return json(Json.bytes(
                        ToolNames.of(Samples.DIALECTS.provider(to), request).writeRequest(request, "remote", 4_096)))
                .at(at)
                .asText();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mcp__plugin.tool",
                "räte",
                "a b",
                "mcp__plugin_company-knowledge_company-knowledge-server__search_documents"
            })
    void aNameThatOpenAiDoesNotTakeIsWrittenAsOneThatItTakes(String name) throws BadRequestException {
        for (Dialect.Name to : new Dialect.Name[] {Dialect.Name.OPENAI, Dialect.Name.RESPONSES}) {
            String at = to == Dialect.Name.OPENAI ? "/tools/0/function/name" : "/tools/0/name";
            assertThat(Portability.notCarried(tool(name), to)).isEmpty();
            assertThat(named(tool(name), to, at))
                    .matches("[a-zA-Z0-9_-]{1,64}")
                    .isNotEqualTo(named(tool(name + "x"), to, at));
            assertThat(named(tool(LONGEST), to, at)).isEqualTo(LONGEST);
        }
        assertThat(named(tool(name), Dialect.Name.ANTHROPIC, "/tools/0/name")).isEqualTo(name);
    }

    @Test
    void aNameInTheConversationCountsAsWellAndOpenAisOwnCallersAreTheirOwnMasters() throws BadRequestException {
        ChatRequest spoken = Samples.anthropic(
                "{\"model\":\"m\",\"max_tokens\":90,\"messages\":[{\"role\":\"assistant\","
                        + "\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"" + LONGEST
                        + "a\",\"input\":{}}]},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"r\"}]}]}");
        assertThat(named(spoken, Dialect.Name.OPENAI, "/messages/0/tool_calls/0/function/name"))
                .hasSize(64);
        ChatRequest own = responses("\"tools\":[{\"type\":\"function\",\"name\":\"" + LONGEST + "a\"}]");
        assertThat(named(own, Dialect.Name.OPENAI, "/tools/0/function/name")).isEqualTo(LONGEST + "a");
    }

    /** The answers of a batch are read when the requests are gone. */
    @Test
    void aBatchIsNotAskedWhatItsAnswerCouldNotBeReadOf() throws BadRequestException {
        ProviderDialect dialect = Samples.DIALECTS.provider(Dialect.Name.OPENAI);
        ChatRequest spoken = tool(LONGEST + "a");
        assertThatThrownBy(() -> ToolNames.requireTaken(dialect, spoken))
                .isInstanceOf(UnwritableRequestException.class)
                .hasMessageContaining("name of a tool");
        assertThatCode(() -> ToolNames.requireTaken(dialect, tool(LONGEST))).doesNotThrowAnyException();
    }

    private static final String CLOSED =
            "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false}";

    /** Where a caller of Responses does not say, arguments must fit as far as the schema allows it; in chat they need not. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false} | true
                    {'type':'object','properties':{},'required':[],'additionalProperties':false} | true
                    {'type':'object','properties':{'a':{'anyOf':[{'type':'string','pattern':'x'},{'type':'null'}]}},'required':['a'],'additionalProperties':false} | true
                    {'type':'object','properties':{'a':{'type':'array','items':{'$ref':'#/$defs/b'}}},'required':['a'],'additionalProperties':false,'$defs':{'b':{'enum':['x']}}} | true
                    {'type':'object','properties':{'a':{'type':'string'}},'required':['a']} | false
                    {'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'string','default':'x'}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':'array'}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object','properties':{'a':{'type':['object','null'],'properties':{'b':{'type':'string'}}}},'required':['a'],'additionalProperties':false} | false
                    {'type':'object'} | false
                    """)
    void aToolOfResponsesIsStrictWhereItsSchemaAllowsIt(String schema, boolean strict) throws Exception {
        ChatRequest request = responses(
                "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":" + schema.replace('\'', '"') + "}]");
        JsonNode function = sent(request, Dialect.Name.OPENAI).at("/tools/0/function");
        assertThat(function.path("strict").asBoolean()).isEqualTo(strict);
        assertThat(function.has("strict")).isEqualTo(strict);
        ChatReply reply = Samples.reply(
                Dialect.Name.OPENAI,
                "{\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"content\":\"a\"}}]}");
        byte[] answer = Samples.DIALECTS.caller(Dialect.Name.RESPONSES).writeReply(reply, request);
        assertThat(json(answer).at("/tools/0/strict").booleanValue()).isEqualTo(strict);
    }

    @Test
    void whatACallerSaysOfStrictnessStands() throws BadRequestException {
        String tool = "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"strict\":%s,\"parameters\":"
                + CLOSED.replace('\'', '"') + "}]";
        for (boolean said : new boolean[] {true, false}) {
            JsonNode strict =
                    sent(responses(tool.formatted(said)), Dialect.Name.OPENAI).at("/tools/0/function/strict");
            assertThat(strict.isBoolean()).isTrue();
            assertThat(strict.booleanValue()).isEqualTo(said);
        }
        ChatRequest chat = Samples.openAi(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[{\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"parameters\":" + CLOSED.replace('\'', '"') + "}}]}");
        assertThat(sent(chat, Dialect.Name.RESPONSES).at("/tools/0/strict").booleanValue())
                .isFalse();
    }
}
