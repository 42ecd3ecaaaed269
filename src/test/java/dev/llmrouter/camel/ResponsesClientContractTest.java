package dev.llmrouter.camel;

import dev.llmrouter.policy.Protocol;

/** The client over HTTP, against a provider that speaks Responses. */
class ResponsesClientContractTest extends HttpClientContractTest {
    private static final String HEAD =
            "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"m\",\"error\":null,\"status\":";
    private static final String USAGE = ",\"usage\":{\"input_tokens\":10,\"output_tokens\":5,\"total_tokens\":15}}";

    @Override
    Protocol protocol() {
        return Protocol.OPENAI_RESPONSES;
    }

    @Override
    ScriptedProvider.Behaviour whole(String text) {
        return ScriptedProvider.status(200, "", completed(text));
    }

    @Override
    ScriptedProvider.Behaviour stream(String text) {
        return ScriptedProvider.streams(
                "{\"type\":\"response.created\",\"sequence_number\":0,\"response\":" + HEAD
                        + "\"in_progress\",\"output\":[]}}",
                "{\"type\":\"response.output_text.delta\",\"sequence_number\":1,\"item_id\":\"i\",\"output_index\":0,"
                        + "\"content_index\":0,\"delta\":\"" + text + "\",\"logprobs\":[]}",
                "{\"type\":\"response.completed\",\"sequence_number\":2,\"response\":" + completed(text) + "}");
    }

    private static String completed(String text) {
        return HEAD + "\"completed\",\"output\":[{\"id\":\"i\",\"type\":\"message\",\"status\":\"completed\","
                + "\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"" + text
                + "\",\"annotations\":[]}]}]" + USAGE;
    }
}
