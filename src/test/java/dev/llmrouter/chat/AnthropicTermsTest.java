package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Anthropic answers with 400 is not sent to it in other callers' names: report 164, 3, 7 and 8. */
class AnthropicTermsTest {
    private static final String USER = "{\"role\":\"user\",\"content\":\"x\"}";
    private static final String BLANK = "{\"role\":\"user\",\"content\":\" \"}";
    private static final String SAID = "{\"role\":\"assistant\",\"content\":\"said\"}";
    private static final String CALLED =
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
                    + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                    + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"1\"}";

    private static ChatRequest chat(String messages, String fields) throws BadRequestException {
        return Samples.openAi("{\"model\":\"m\",\"messages\":[" + messages + "]" + fields + "}");
    }

    private static ChatRequest with(String fields) throws BadRequestException {
        return chat(USER, "," + fields);
    }

    private static JsonNode sent(ChatRequest request, String model) {
        return json(Json.bytes(Samples.DIALECTS.provider(Dialect.Name.ANTHROPIC).writeRequest(request, model, 4_096)));
    }

    private static List<String> lost(ChatRequest request, String model) {
        return Portability.notCarried(request, Dialect.Name.ANTHROPIC, model);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"stop\":\"\\n\"", "\"stop\":[\"END\",\" \"]"})
    void aStopSequenceOfWhiteSpaceIsNotCarried(String stop) throws BadRequestException {
        assertThat(lost(with(stop), "m")).singleElement().asString().contains("stop sequence");
        assertThat(Portability.notCarried(with(stop), Dialect.Name.GEMINI)).isEmpty();
    }

    @Test
    void textsOfWhiteSpaceAreLeftOut() throws BadRequestException {
        ChatRequest request = chat(
                "{\"role\":\"system\",\"content\":\" \"}," + USER
                        + ",{\"role\":\"assistant\",\"content\":\"\\n\\n\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"\\n\"}",
                "");

        JsonNode sent = sent(request, "m");

        assertThat(sent.has("system")).isFalse();
        assertThat(sent.at("/messages/1/content")).hasSize(1);
        assertThat(sent.at("/messages/1/content/0/type").asText()).isEqualTo("tool_use");
        assertThat(sent.at("/messages/2/content/0/content")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"system\",\"content\":\"Write a haiku\"}",
                "{\"role\":\"user\",\"content\":\"\"}",
                "{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"\"}"
            })
    void aConversationOfNothingIsNotCarried(String messages) throws BadRequestException {
        for (Dialect.Name target : List.of(Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(chat(messages, ""), target))
                    .singleElement()
                    .asString()
                    .contains("conversation");
        }
        assertThat(Portability.notCarried(chat(messages, ""), Dialect.Name.RESPONSES))
                .isEmpty();
        assertThat(Portability.notCarried(ChatRequest.ofNothing(), Dialect.Name.ANTHROPIC))
                .isEmpty();
    }

    /** A model would go on with the assistant's last answer, as if the caller had begun it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"user\",\"content\":\"\"}",
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"\"}]}",
                "{\"role\":\"user\",\"content\":\"\"},{\"role\":\"assistant\",\"content\":\"\"}",
                "{\"role\":\"user\",\"content\":\"\"},{\"role\":\"system\",\"content\":\"s\"}"
            })
    void aLastWordOfTheUserIsNotLeftOut(String last) throws BadRequestException {
        ChatRequest request = chat(USER + "," + SAID + "," + last, "");

        for (Dialect.Name target : List.of(Dialect.Name.ANTHROPIC, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(request, target))
                    .singleElement()
                    .asString()
                    .contains("last message");
        }
        assertThat(Portability.notCarried(request, Dialect.Name.RESPONSES)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SAID + "," + BLANK + "," + USER,
                SAID + "," + USER + "," + BLANK,
                USER + "," + BLANK,
                USER + "," + SAID,
                USER + "," + BLANK + "," + SAID,
                USER + ",{\"role\":\"assistant\",\"content\":\"\\n\"}",
                "{\"role\":\"user\",\"content\":\"x\",\"name\":\"Ann\"}," + SAID
                        + ",{\"role\":\"user\",\"content\":\" \",\"name\":\"Bob\"}"
            })
    void whiteSpaceThatChangesNothingKeepsNobodyOut(String messages) throws BadRequestException {
        assertThat(lost(chat(messages, ""), "m")).isEmpty();
    }

    @Test
    void whiteSpaceOfTheUsersBetweenAnswersDoesNotChangeWhoSaidWhat() throws BadRequestException {
        String more = "{\"role\":\"assistant\",\"content\":\"more\"}";
        ChatRequest request =
                chat(USER + "," + SAID + "," + BLANK + "," + more + "," + USER + "," + BLANK + "," + USER, "");

        assertThat(lost(request, "m")).isEmpty();
        assertThat(sent(request, "m").path("messages"))
                .isEqualTo(json("[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"content\":\"said\"},"
                        + "{\"role\":\"assistant\",\"content\":\"more\"},{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"text\",\"text\":\"x\"}]}]"));
    }

    @Test
    void aBegunAnswerDoesNotEndInWhiteSpace() throws BadRequestException {
        ChatRequest text = chat(USER + ",{\"role\":\"assistant\",\"content\":\"Answer: \\n\"}", "");
        ChatRequest parts = chat(
                USER + ",{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"a \"},"
                        + "{\"type\":\"text\",\"text\":\"b \"}]}",
                "");
        ChatRequest answered = chat(USER + ",{\"role\":\"assistant\",\"content\":\"a \"}," + USER, "");

        assertThat(sent(text, "m").at("/messages/1/content").asText()).isEqualTo("Answer:");
        assertThat(sent(parts, "m").at("/messages/1/content/0/text").asText()).isEqualTo("a ");
        assertThat(sent(parts, "m").at("/messages/1/content/1/text").asText()).isEqualTo("b");
        assertThat(sent(answered, "m").at("/messages/1/content").asText()).isEqualTo("a ");
    }

    @Test
    void whatSaysTheDefaultOfSamplingIsNotSent() throws BadRequestException {
        ChatRequest both = with("\"temperature\":1,\"top_p\":1");
        assertThat(sent(both, "claude-haiku-4-5").has("top_p")).isFalse();
        assertThat(sent(both, "claude-haiku-4-5").has("temperature")).isFalse();
        assertThat(sent(both, "alias").path("temperature").asDouble()).isEqualTo(1);

        ChatRequest topP = with("\"temperature\":1,\"top_p\":0.5");
        assertThat(lost(topP, "claude-sonnet-4-5-20250929")).isEmpty();
        assertThat(sent(topP, "claude-sonnet-4-5-20250929").has("temperature")).isFalse();
        assertThat(sent(topP, "claude-sonnet-4-5-20250929").path("top_p").asDouble())
                .isEqualTo(0.5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    claude-sonnet-4-5-20250929                     | "temperature":0.2,"top_p":0.5 | both
                    eu.anthropic.claude-opus-4-1-20250805-v1:0     | "temperature":0.2,"top_p":0.5 | both
                    anthropic/claude-4.6-opus                      | "temperature":0.2,"top_p":0.5 | both
                    claude-opus-4-20250514                         | "temperature":0.2,"top_p":0.5 |
                    claude-3-5-sonnet-latest                       | "temperature":0.2,"top_p":0.5 |
                    some-alias                                     | "temperature":0.2,"top_p":0.5 |
                    claude-sonnet-4-6                              | "temperature":0.2             |
                    claude-opus-4-7                                | "temperature":0.2             | temperature
                    claude-sonnet-5                                | "top_p":0.9                   | top_p
                    claude-opus-4-8                                | "temperature":1,"top_p":1     |
                    """)
    void samplingThatAModelDoesNotTakeKeepsItOut(String model, String fields, String reason)
            throws BadRequestException {
        List<String> lost = lost(with(fields), model);

        if (reason == null) {
            assertThat(lost).isEmpty();
        } else {
            assertThat(lost).singleElement().asString().contains(reason);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    claude-haiku-4-5-20251001 | high    |        | {"type":"enabled","budget_tokens":10000}
                    claude-sonnet-4-5         | low     |        | {"type":"enabled","budget_tokens":1024}
                    claude-opus-4-5           | xhigh   | high   | {"type":"enabled","budget_tokens":10000}
                    claude-opus-4-5           | medium  | medium | {"type":"enabled","budget_tokens":8192}
                    claude-opus-4-6           | high    | high   | {"type":"adaptive"}
                    claude-sonnet-4-6         | xhigh   | high   | {"type":"adaptive"}
                    claude-sonnet-4-6         | max     | max    | {"type":"adaptive"}
                    claude-opus-4-8           | xhigh   | xhigh  | {"type":"adaptive"}
                    claude-sonnet-5           | minimal | low    | {"type":"adaptive"}
                    some-alias                | xhigh   | high   |
                    some-alias                | max     | max    |
                    claude-opus-4-6           | none    |        |
                    """)
    void anEffortIsToldInTheWordsThatTheModelKnows(String model, String effort, String told, String thinking)
            throws BadRequestException {
        JsonNode sent = sent(with("\"max_tokens\":20000,\"reasoning_effort\":\"" + effort + "\""), model);

        assertThat(Json.textOrNull(sent.path("output_config"), "effort")).isEqualTo(told);
        assertThat(sent.get("thinking")).isEqualTo(thinking == null ? null : json(thinking));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"temperature\":0.5",
                "\"top_p\":0.5",
                "\"top_k\":5",
                "\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
                "\"max_completion_tokens\":2000"
            })
    void besideWhatIsAnErrorWithThoughtsNothingIsThought(String fields) throws BadRequestException {
        ChatRequest request = with("\"reasoning_effort\":\"high\",\"max_tokens\":20000," + fields);

        assertThat(sent(request, "claude-sonnet-4-5").has("thinking")).isFalse();
        assertThat(sent(request, "claude-sonnet-4-5").has("output_config")).isFalse();
        assertThat(sent(request, "claude-opus-4-6").has("thinking")).isFalse();
    }

    /** The question for a task has a temperature of 0, which nobody looked at: each was a 400, and no task was ever found. */
    @Test
    void aQuestionOfTheRoutersOwnHasNoTemperatureWhereNoneIsTaken() throws BadRequestException {
        assertThat(sent(with("\"temperature\":0"), "claude-opus-4-7").has("temperature"))
                .isFalse();
        assertThat(sent(with("\"temperature\":0"), "claude-opus-4-5").has("temperature"))
                .isTrue();
    }

    /** Closed, each part forbids what the others demand. */
    @Test
    void objectsThatSharePropertiesAreNoClosedOnes() throws BadRequestException {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"kind\":{\"type\":\"string\"}},\"required\":[\"kind\"],\"anyOf\":["
                        + "{\"properties\":{\"x\":{\"type\":\"string\"}},\"required\":[\"x\"]}]}";

        assertThat(EnforcedSchema.anthropicFault(json(schema), true)).contains("beside 'properties'");
        assertThat(EnforcedSchema.openAiFault(
                        json("{\"type\":\"object\",\"properties\":{\"a\":" + schema + "},\"required\":[\"a\"]}")))
                .contains("beside 'properties'");
    }

    /** What counts is what is written: a message of white space is no turn. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                CALLED,
                CALLED + "," + USER,
                CALLED + "," + BLANK + "," + USER,
                CALLED + ",{\"role\":\"assistant\",\"content\":\"\"}," + USER,
                CALLED + ",{\"role\":\"assistant\",\"content\":\"\\n\"}," + USER
            })
    void aBudgetIsNotSetInTheMiddleOfCallsWhoseThoughtsAreNotKnown(String goesOn) throws BadRequestException {
        ChatRequest request = chat(USER + "," + goesOn, ",\"max_tokens\":20000,\"reasoning_effort\":\"high\"");

        assertThat(sent(request, "claude-opus-4-5").has("thinking")).isFalse();
        assertThat(sent(request, "claude-opus-4-5").at("/output_config/effort").asText())
                .isEqualTo("high");
        assertThat(sent(request, "claude-opus-4-6").at("/thinking/type").asText())
                .isEqualTo("adaptive");
    }

    @Test
    void aBudgetIsNotSetWhereATextFollowsTheCallInOneTurn() throws BadRequestException {
        String request =
                "{\"model\":\"m\",\"max_output_tokens\":20000,\"reasoning\":{\"effort\":\"high\"},\"input\":[" + USER
                        + ",{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},"
                        + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"so\"}]},"
                        + "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"1\"}]}";

        assertThat(sent(Samples.responses(request), "claude-haiku-4-5").has("thinking"))
                .isFalse();
    }

    /** Messages of one side that follow each other are one turn to Anthropic. */
    @Test
    void aBudgetIsNotSetWhereWhiteSpaceOfTheUsersPartsTheTurn() throws BadRequestException {
        String result = "{\"role\":\"tool\"";
        String parted = CALLED.replace(result, BLANK + "," + SAID + "," + result);
        ChatRequest request = chat(USER + "," + parted, ",\"max_tokens\":20000,\"reasoning_effort\":\"high\"");

        assertThat(sent(request, "claude-haiku-4-5").path("messages")).hasSize(4);
        assertThat(sent(request, "claude-haiku-4-5").has("thinking")).isFalse();
    }

    @Test
    void aBudgetIsSetOnceTheCallsAreAnswered() throws BadRequestException {
        ChatRequest request = chat(
                USER + "," + CALLED + "," + SAID + "," + USER, ",\"max_tokens\":20000,\"reasoning_effort\":\"high\"");

        assertThat(sent(request, "claude-haiku-4-5").at("/thinking/type").asText())
                .isEqualTo("enabled");
    }

    /** The last message of the assistant is a begun answer too where only the system's follow it, whose place is elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",{\"role\":\"system\",\"content\":\"s\"}", "," + BLANK})
    void besideABegunAnswerNothingIsThought(String last) throws BadRequestException {
        ChatRequest request = chat(USER + "," + SAID + last, ",\"max_tokens\":20000,\"reasoning_effort\":\"high\"");

        for (String model : List.of("claude-haiku-4-5", "claude-opus-4-6")) {
            assertThat(sent(request, model).has("thinking")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"type":"object","properties":{"a":{"type":"integer","minimum":1}},"required":["a"]} | 'minimum'
                    {"type":"object","properties":{"a":{"type":"array","items":{"type":"string","maxLength":3}}}} | 'maxLength'
                    {"type":"object","properties":{"a":{"type":"array","minItems":2}}} | 'minItems'
                    {"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}}}} | 'additionalProperties'
                    {"type":"object","properties":{"a":{"type":"object"}}} | any properties
                    {"type":"object","properties":{"a":{"$ref":"#/$defs/n"}},"$defs":{"n":{"properties":{"b":{"$ref":"#/$defs/n"}}}}} | holds itself
                    {"type":"object","properties":{"a":{"$ref":"#"}}} | holds itself
                    """)
    void aSchemaThatAnthropicDoesNotTakeKeepsItOut(String schema, String fault) throws BadRequestException {
        ChatRequest request = with("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                + "\"schema\":" + schema + "}}");

        assertThat(lost(request, "m")).singleElement().asString().contains(fault);
        assertThat(Portability.notCarried(request, Dialect.Name.RESPONSES)).isEmpty();
    }

    @Test
    void objectsAreClosedWhereAnthropicDemandsIt() throws BadRequestException {
        String schema = "{\"type\":\"object\",\"properties\":{\"minimum\":{\"$ref\":\"#/$defs/p\"},\"b\":{\"anyOf\":["
                + "{\"$ref\":\"#/$defs/p\"},{\"type\":\"null\"}]}},\"$defs\":{\"p\":{\"type\":\"object\","
                + "\"properties\":{\"c\":{\"type\":\"string\"}}}}}";
        ChatRequest request = with("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                + "\"schema\":" + schema + "}},\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
                + "\"strict\":true,\"parameters\":" + schema + "}},{\"type\":\"function\",\"function\":{\"name\":"
                + "\"g\",\"parameters\":" + schema + "}}]");

        JsonNode sent = sent(request, "m");

        assertThat(lost(request, "m")).isEmpty();
        for (String at : List.of("/output_config/format/schema", "/tools/0/input_schema")) {
            assertThat(sent.at(at + "/additionalProperties").asBoolean(true)).isFalse();
            assertThat(sent.at(at + "/$defs/p/additionalProperties").asBoolean(true))
                    .isFalse();
        }
        assertThat(sent.at("/tools/1/input_schema")).isEqualTo(json(schema));
        assertThat(Objects.requireNonNull(request.body()).at("/response_format/json_schema/schema"))
                .isEqualTo(json(schema));
    }

    @Test
    void theDefaultOfVerbosityKeepsNobodyOut() throws BadRequestException {
        assertThat(lost(with("\"verbosity\":\"medium\""), "m")).isEmpty();
        assertThat(lost(with("\"verbosity\":\"low\""), "m")).hasSize(1);
    }
}
