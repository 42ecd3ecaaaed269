package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedOnceTest {
    private static ChatRequest responses(String more) throws Exception {
        return Samples.responses("{\"model\":\"m\",\"input\":\"Sort.\"" + more + "}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"conversation":"c"                                      | conversation
            ,"conversation":{"id":"c"}                               | conversation
            ,"previous_response_id":"r"                              | previous_response_id
            ,"tools":[{"type":"web_search"},{"type":"mcp"}]          | tools[1]
            ,"tools":[{"type":"something_new"}]                      | tools[0]
            ,"tools":[{"type":"shell"}]                              | tools[0]
            ,"prompt":{"id":"p_1"}                                   | prompt
            ,"background":true                                       | background
            ,"tools":[{"type":"code_interpreter","container":"c_1"}] | tools[0]
            """)
    void whatIsTheProvidersIsNamed(String more, String field) throws Exception {
        assertThat(AskedOnce.because(responses(more))).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"store\":true",
                ",\"background\":false",
                ",\"tools\":[{\"type\":\"shell\",\"environment\":{\"type\":\"local\"}},{\"type\":\"tool_search\"}]",
                ",\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{}},{\"type\":\"web_search_preview_2025_03_11\"},"
                        + "{\"type\":\"code_interpreter\",\"container\":{\"type\":\"auto\"}}]"
            })
    void othersMayBeAskedAgain(String more) throws Exception {
        assertThat(AskedOnce.because(responses(more))).isNull();
    }

    @Test
    void serversOfToolsThatAnthropicAsksMayAct() throws Exception {
        String body = "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"Sort.\"}]%s}";

        assertThat(AskedOnce.because(Samples.anthropic(body.formatted(
                        ",\"mcp_servers\":[{\"type\":\"url\",\"name\":\"mail\",\"url\":\"https://x.example\"}]"))))
                .isEqualTo("mcp_servers");
        assertThat(AskedOnce.because(Samples.anthropic(body.formatted("")))).isNull();
        String tools = ",\"tools\":[{\"name\":\"f\",\"input_schema\":{}},{\"type\":\"%s\",\"name\":\"g\"}]";
        assertThat(AskedOnce.because(Samples.anthropic(body.formatted(tools.formatted("web_search_20250305")))))
                .isNull();
        assertThat(AskedOnce.because(Samples.anthropic(body.formatted(tools.formatted("mcp_toolset")))))
                .isEqualTo("tools[1]");
    }

    @Test
    void toolsOfChatThatAreNoFunctionsMayAct() throws Exception {
        String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"tools\":[%s]}";
        String function = "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}";

        assertThat(AskedOnce.because(Samples.openAi(body.formatted(function)))).isNull();
        assertThat(AskedOnce.because(Samples.openAi(body.formatted(function
                        + ",{\"type\":\"mcp\",\"server_label\":\"mail\",\"server_url\":\"https://x.example\"}"))))
                .isEqualTo("tools[1]");
    }

    @Test
    void aConversationIsTheSameFromTurnToTurn() throws Exception {
        assertThat(KeptState.conversation(responses(",\"conversation\":{\"id\":\"c\"}")))
                .isEqualTo("c")
                .isEqualTo(KeptState.conversation(responses(",\"conversation\":\"c\"")));
        assertThat(KeptState.conversation(responses(",\"previous_response_id\":\"r\"")))
                .isNull();
    }

    @Test
    void whatIsAskedForNobodyIsNotStored() throws Exception {
        assertThat(responses("").unstored().body())
                .hasToString("{\"model\":\"m\",\"input\":\"Sort.\",\"store\":false}");
        ChatRequest unstored = responses(",\"store\":false");
        assertThat(unstored.unstored()).isSameAs(unstored);
        ChatRequest chat = Samples.openAi("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(chat.unstored()).isSameAs(chat);
    }
}
