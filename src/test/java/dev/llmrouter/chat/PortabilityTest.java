package dev.llmrouter.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.Capability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortabilityTest {
    private static ChatRequest with(String fields) throws BadRequestException {
        return Samples.openAi("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]," + fields + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"user\":\"u\"",
                "\"metadata\":{\"a\":\"b\"}",
                "\"store\":true",
                "\"service_tier\":\"auto\"",
                "\"logit_bias\":{}",
                "\"n\":1",
                "\"presence_penalty\":0",
                "\"logprobs\":false",
                "\"seed\":4",
                "\"modalities\":[\"text\"]",
                "\"verbosity\":null",
                "\"stop\":\"x\"",
                "\"temperature\":1"
            })
    void dropsWhatDoesNotChangeTheAnswer(String fields) throws BadRequestException {
        assertThat(Portability.notCarried(with(fields), Dialect.Name.ANTHROPIC)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "logit_bias":{"5":1} | logit_bias
                    "n":2 | n is 2
                    "logprobs":true | logprobs
                    "temperature":1.5 | temperature
                    "frequency_penalty":0.1 | frequency_penalty
                    "response_format":{"type":"json_object"} | json_object
                    "response_format":{"type":"grammar"} | response_format
                    "tools":[{"type":"custom","custom":{"name":"x"}}] | tools[0]
                    "tool_choice":{"type":"allowed_tools"} | tool_choice
                    "modalities":["text","audio"] | modalities
                    "x_unknown":1 | x_unknown
                    """)
    void namesWhatAnthropicCannotBeTold(String fields, String named) throws BadRequestException {
        assertThat(Portability.notCarried(with(fields), Dialect.Name.ANTHROPIC))
                .singleElement()
                .asString()
                .contains(named);
        assertThat(Portability.notCarried(with(fields), Dialect.Name.OPENAI)).isEmpty();
    }

    @Test
    void namesPiecesThatBelongToOneProvider() throws BadRequestException {
        ChatRequest request = Samples.anthropic("""
                {"model":"m","max_tokens":9,"top_k":4,"messages":[{"role":"assistant","content":[
                 {"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"}]}]}
                """);

        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).hasSize(3);
        assertThat(Portability.notCarried(request, Dialect.Name.ANTHROPIC)).isEmpty();
        assertThat(Portability.required(request)).containsExactly(Capability.PREFILL);
    }

    /** Pieces were dropped in silence where their role has no place for them. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ANTHROPIC | system    | {'type':'image_url','image_url':{'url':'https://example.org/a.png'}} | an image in the role system
                    GEMINI    | developer | {'type':'image_url','image_url':{'url':'data:image/png;base64,aGk='}} | an image in the role system
                    GEMINI    | system    | {'type':'file','file':{'file_data':'data:application/pdf;base64,aGk='}} | a document in the role system
                    ANTHROPIC | system    | {'type':'refusal','refusal':'no'} | not text in the role system
                    RESPONSES | assistant | {'type':'image_url','image_url':{'url':'https://example.org/a.png'}} | an image in the role assistant
                    RESPONSES | assistant | {'type':'file','file':{'file_data':'data:application/pdf;base64,aGk='}} | a document in the role assistant
                    """)
    void namesPiecesThatTheirRoleHasNoPlaceFor(Dialect.Name target, String role, String part, String reason)
            throws BadRequestException {
        ChatRequest request = Samples.openAi("{\"model\":\"m\",\"messages\":[{\"role\":\"" + role + "\",\"content\":["
                + part.replace('\'', '"') + "]},{\"role\":\"user\",\"content\":\"x\"}]}");

        assertThat(Portability.notCarried(request, target))
                .singleElement()
                .asString()
                .contains(reason);
        assertThat(Portability.notCarried(request, Dialect.Name.OPENAI)).isEmpty();
    }

    @Test
    void anImageOfTheAssistantsIsNotCarriedFromAnthropicToOpenAis() throws BadRequestException {
        String image =
                "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"aGk=\"}}]";
        ChatRequest request = Samples.anthropic("{\"model\":\"m\",\"max_tokens\":90,\"system\":" + image
                + ",\"messages\":[{\"role\":\"assistant\",\"content\":" + image + "}]}");

        for (Dialect.Name target :
                java.util.List.of(Dialect.Name.OPENAI, Dialect.Name.RESPONSES, Dialect.Name.GEMINI)) {
            assertThat(Portability.notCarried(request, target))
                    .singleElement()
                    .asString()
                    .contains("an image in the role");
        }
    }

    @Test
    void namesTheCapabilitiesThatAreNeeded() throws BadRequestException {
        assertThat(Portability.required(Samples.openAi(Samples.OPENAI_TOOLS)))
                .containsExactlyInAnyOrder(Capability.TOOLS, Capability.VISION);
        assertThat(
                        Portability.required(
                                with(
                                        "\"n\":2,\"logprobs\":true,\"reasoning_effort\":\"low\",\"response_format\":{\"type\":\"json_object\"}")))
                .containsExactlyInAnyOrder(
                        Capability.MULTIPLE_CHOICES, Capability.LOGPROBS, Capability.REASONING, Capability.JSON_OBJECT);
        assertThat(Portability.required(ChatRequest.ofText("x"))).isEmpty();
    }
}
