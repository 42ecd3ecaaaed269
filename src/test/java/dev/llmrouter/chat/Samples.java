package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.policy.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Requests, answers and streams of all dialects, and short ways to read and write them. */
final class Samples {
    static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);
    static final Dialects DIALECTS = new Dialects(CLOCK);
    static final ObjectMapper MAPPER = new ObjectMapper();

    static final String OPENAI_TOOLS = """
            {"model":"auto","messages":[
              {"role":"developer","content":"Be brief."},
              {"role":"user","name":"ann","content":[
                {"type":"text","text":"Weather here and there?"},
                {"type":"image_url","image_url":{"url":"data:image/png;base64,aGk=","detail":"low"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"}},
                {"id":"call_2","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Rome\\"}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"{\\"c\\":4}"},
              {"role":"tool","tool_call_id":"call_2","content":"sunny"},
              {"role":"user","content":"Compare."}],
             "tools":[{"type":"function","function":{"name":"weather","description":"Weather of a city",
               "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}],
             "tool_choice":"required","parallel_tool_calls":false,
             "max_tokens":100,"temperature":0.5,"stop":["END","FIN"],"user":"u1","stream":true}
            """;

    static final String RESPONSES_TOOLS = """
            {"model":"auto","instructions":"Be brief.","input":[
              {"role":"user","content":[
                {"type":"input_text","text":"Weather here and there?"},
                {"type":"input_image","image_url":"data:image/png;base64,aGk=","detail":"low"}]},
              {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"opaque"},
              {"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[
                {"type":"output_text","text":"Let me look.","annotations":[],"logprobs":[]}]},
              {"type":"function_call","id":"fc_1","call_id":"call_1","name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"},
              {"type":"function_call","call_id":"call_2","name":"weather","arguments":"{\\"city\\":\\"Rome\\"}"},
              {"type":"function_call_output","call_id":"call_1","output":"{\\"c\\":4}"},
              {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"sunny"}]},
              {"role":"user","content":"Compare."}],
             "tools":[{"type":"function","name":"weather","description":"Weather of a city","strict":true,
               "parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}],
             "tool_choice":"required","parallel_tool_calls":false,"store":true,"truncation":"auto","max_tool_calls":3,
             "text":{"format":{"type":"json_schema","name":"answer","strict":true,"schema":{"type":"object"}},
               "verbosity":"low"},
             "reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],
             "max_output_tokens":100,"temperature":0.5,"user":"u1","metadata":{"team":"a"},"stream":true,
             "service_tier":"default","stream_options":{"include_obfuscation":false}}
            """;

    static final String ANTHROPIC_TOOLS = """
            {"model":"auto","max_tokens":200,"system":[{"type":"text","text":"Be brief."}],"messages":[
              {"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}},
                {"type":"text","text":"Weather?"}]},
              {"role":"assistant","content":[{"type":"text","text":"Looking."},
                {"type":"tool_use","id":"toolu_1","name":"weather","input":{"city":"Bern"}}]},
              {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"4 C"},
                {"type":"text","text":"And tomorrow?"}]}],
             "tools":[{"name":"weather","description":"d","input_schema":{"type":"object","properties":{"city":{"type":"string"}}}}],
             "tool_choice":{"type":"tool","name":"weather","disable_parallel_tool_use":true},
             "stop_sequences":["END"],"temperature":0.2,"metadata":{"user_id":"u7"}}
            """;

    static final String OPENAI_REPLY = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1690000000,"model":"gpt-x","choices":[{"index":0,
             "message":{"role":"assistant","content":"Hello","refusal":null,"tool_calls":[
               {"id":"call_9","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"}}]},
             "logprobs":null,"finish_reason":"tool_calls"}],
             "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,
               "prompt_tokens_details":{"cached_tokens":60},"completion_tokens_details":{"reasoning_tokens":5}}}
            """;

    static final String ANTHROPIC_REPLY = """
            {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[
              {"type":"thinking","thinking":"Hm.","signature":"c2ln"},{"type":"text","text":"Hello"},
              {"type":"tool_use","id":"toolu_9","name":"weather","input":{"city":"Bern"}}],
             "stop_reason":"tool_use","stop_sequence":null,
             "usage":{"input_tokens":30,"cache_creation_input_tokens":10,"cache_read_input_tokens":60,"output_tokens":20}}
            """;

    static final String GEMINI_REPLY = """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true},{"text":"Hel"},{"text":"lo"},
              {"functionCall":{"name":"weather","args":{"city":"Bern"}},"thoughtSignature":"a+b/cd=="}]},
              "finishReason":"STOP","index":0}],
             "usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":15,
               "thoughtsTokenCount":5,"totalTokenCount":120},"modelVersion":"gemini-x","responseId":"r1"}
            """;

    static final String RESPONSES_REPLY = """
            {"id":"resp_1","object":"response","created_at":1690000000,"status":"completed","error":null,"incomplete_details":null,
             "instructions":null,"max_output_tokens":null,"model":"gpt-y","output":[
               {"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"Hm."}]},
               {"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[
                 {"type":"output_text","text":"Hello","annotations":[],"logprobs":[]}]},
               {"id":"fc_9","type":"function_call","status":"completed","call_id":"call_9","name":"weather",
                 "arguments":"{\\"city\\":\\"Bern\\"}"}],
             "parallel_tool_calls":true,"previous_response_id":null,"store":true,"temperature":1.0,"tool_choice":"auto","tools":[],
             "top_p":1.0,"metadata":{},
             "usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":0},"output_tokens":20,
               "output_tokens_details":{"reasoning_tokens":5},"total_tokens":120}}
            """;

    static final String RESPONSES_STREAM = """
            event: response.created
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1690000000,"status":"in_progress","error":null,"incomplete_details":null,"instructions":null,"model":"gpt-y","output":[],"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"metadata":{}}}

            event: response.in_progress
            data: {"type":"response.in_progress","sequence_number":1,"response":{"id":"resp_1","object":"response","created_at":1690000000,"status":"in_progress","error":null,"incomplete_details":null,"instructions":null,"model":"gpt-y","output":[],"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"metadata":{}}}

            event: response.output_item.added
            data: {"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}

            event: response.content_part.added
            data: {"type":"response.content_part.added","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hé","logprobs":[]}

            event: response.output_text.delta
            data: {"type":"response.output_text.delta","sequence_number":5,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"llo \\ud83d\\ude00","logprobs":[],"obfuscation":"x7"}

            event: response.output_text.done
            data: {"type":"response.output_text.done","sequence_number":6,"item_id":"msg_1","output_index":0,"content_index":0,"text":"Héllo \\ud83d\\ude00","logprobs":[]}

            event: response.content_part.done
            data: {"type":"response.content_part.done","sequence_number":7,"item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Héllo \\ud83d\\ude00","annotations":[],"logprobs":[]}}

            event: response.output_item.done
            data: {"type":"response.output_item.done","sequence_number":8,"output_index":0,"item":{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Héllo \\ud83d\\ude00","annotations":[],"logprobs":[]}]}}

            event: response.output_item.added
            data: {"type":"response.output_item.added","sequence_number":9,"output_index":1,"item":{"id":"fc_1","type":"function_call","status":"in_progress","call_id":"call_1","name":"weather","arguments":""}}

            event: response.function_call_arguments.delta
            data: {"type":"response.function_call_arguments.delta","sequence_number":10,"item_id":"fc_1","output_index":1,"delta":"{\\"city\\":"}

            event: response.function_call_arguments.delta
            data: {"type":"response.function_call_arguments.delta","sequence_number":11,"item_id":"fc_1","output_index":1,"delta":"\\"Bern\\"}"}

            event: response.function_call_arguments.done
            data: {"type":"response.function_call_arguments.done","sequence_number":12,"item_id":"fc_1","output_index":1,"name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"}

            event: response.output_item.done
            data: {"type":"response.output_item.done","sequence_number":13,"output_index":1,"item":{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"}}

            event: response.completed
            data: {"type":"response.completed","sequence_number":14,"response":{"id":"resp_1","object":"response","created_at":1690000000,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"model":"gpt-y","output":[{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Héllo \\ud83d\\ude00","annotations":[],"logprobs":[]}]},{"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"weather","arguments":"{\\"city\\":\\"Bern\\"}"}],"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"metadata":{},"usage":{"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":0},"output_tokens":20,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":120}}}

            """;

    static final String OPENAI_STREAM = """
            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{"content":"Hé"},"finish_reason":null}],"usage":null}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{"content":"llo \\ud83d\\ude00"},"finish_reason":null}],"usage":null}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":""}}]},"finish_reason":null}]}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"city\\":"}}]},"finish_reason":null}]}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"Bern\\"}"}},{"index":1,"id":"call_2","type":"function","function":{"name":"weather","arguments":"{}"}}]},"finish_reason":null}]}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1690000000,"model":"gpt-x","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":60}}}

            data: [DONE]

            """;

    static final String ANTHROPIC_STREAM = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":30,"cache_creation_input_tokens":10,"cache_read_input_tokens":60,"output_tokens":1}}}

            event: ping
            data: {"type":"ping"}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hé"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"llo \\ud83d\\ude00"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: content_block_start
            data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_1","name":"weather","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\\"city\\":"}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"\\"Bern\\"}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":2}

            event: something_new
            data: {"type":"something_new","index":2}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":20}}

            event: message_stop
            data: {"type":"message_stop"}

            """;

    static final String GEMINI_STREAM = """
            data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":100},"modelVersion":"gemini-x","responseId":"r1"}

            data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hé"}]},"index":0}],"modelVersion":"gemini-x","responseId":"r1"}

            data: {"candidates":[{"content":{"role":"model","parts":[{"text":"llo \\ud83d\\ude00"},{"functionCall":{"name":"weather","args":{"city":"Bern"}}}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":60,"candidatesTokenCount":15,"thoughtsTokenCount":5},"modelVersion":"gemini-x","responseId":"r1"}

            """;

    private Samples() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode json(byte[] bytes) {
        return json(new String(bytes, StandardCharsets.UTF_8));
    }

    static ChatRequest openAi(String body) throws BadRequestException {
        return DIALECTS.caller(Dialect.Name.OPENAI).parseRequest(utf8(body), Limits.ofDefaults());
    }

    static ChatRequest anthropic(String body) throws BadRequestException {
        return DIALECTS.caller(Dialect.Name.ANTHROPIC).parseRequest(utf8(body), Limits.ofDefaults());
    }

    static ChatRequest responses(String body) throws BadRequestException {
        return DIALECTS.caller(Dialect.Name.RESPONSES).parseRequest(utf8(body), Limits.ofDefaults());
    }

    static ChatReply reply(Dialect.Name provider, String body) throws MalformedReplyException {
        return DIALECTS.provider(provider).parseReply(utf8(body));
    }

    static List<StreamEvent> decode(Dialect.Name provider, String stream) throws MalformedReplyException {
        Dialect.StreamDecoder decoder = DIALECTS.provider(provider).decoder();
        List<StreamEvent> events = new ArrayList<>();
        for (SseParser.Event event : SseParser.ofDefaults().feed(utf8(stream))) {
            events.addAll(decoder.decode(event.event(), event.data()));
        }
        return events;
    }

    /** The server-sent events that a caller of this dialect is sent for these events of a provider. */
    static List<SseParser.Event> encode(Dialect.Name caller, ChatRequest request, List<StreamEvent> events)
            throws MalformedReplyException {
        Dialect.StreamEncoder encoder = DIALECTS.caller(caller).encoder(request);
        SseParser parser = SseParser.ofDefaults();
        List<SseParser.Event> written = new ArrayList<>();
        for (StreamEvent event : events) {
            written.addAll(parser.feed(encoder.encode(event)));
        }
        return written;
    }
}
