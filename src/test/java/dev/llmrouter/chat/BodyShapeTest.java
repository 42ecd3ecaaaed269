package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyShapeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"auto","messages":[{"role":"user","content":"x"}]}                                     | OPENAI
            {"model":"auto","messages":[{"role":"user","content":"x"}],"top_k":5,"thinking":{"type":"on"}}  | OPENAI
            {"max_tokens":9,"messages":[{"role":"system","content":"y"}],"stop_sequences":["x"]}            | OPENAI
            {"model":"auto","max_tokens":9,"system":"z","messages":[{"role":"user","content":"x"}]}         | ANTHROPIC
            {"max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"input_schema":{}}]}       | ANTHROPIC
            {"messages":[{"role":"user","content":[{"type":"image","source":{"type":"file"}}]}]}            | ANTHROPIC
            {"messages":[{"role":"user","content":[{"type":"text","text":"system"}]}],"metadata":{"system":"z"}} | OPENAI
            {"model":"auto","input":"x"}                                                                    | RESPONSES
            {"model":"auto","prompt":{"id":"p"}}                                                            | RESPONSES
            {"input":[{"role":"user","content":"x"}],"instructions":"y"}                                    | RESPONSES
            {"model":"m","prompt":"Say hi"}                                                                 | OPENAI
            {"max_tokens":9,"system":"z","messages":[{"role":"assistant","content":[{"type":"tool_use","input":{"messages":[{"role":"tool"}]}}]}]} | ANTHROPIC
            {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}],"mcp_servers":[]} | OPENAI
            {"model":"auto"                                                                                 | OPENAI
            [1,2]                                                                                           | OPENAI
            'no JSON'                                                                                       | OPENAI
            """)
    void aChatRequestIsKnownByWhatItHas(String body, Dialect.Name dialect) {
        assertThat(BodyShape.chatOf(body.getBytes(StandardCharsets.UTF_8))).isEqualTo(dialect);
    }
}
