package dev.llmrouter.chat;

import static dev.llmrouter.chat.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorTest {
    private static ChatError read(int status, String body) {
        return Samples.DIALECTS.provider(Dialect.Name.OPENAI).parseError(status, Samples.utf8(body));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    429 | {"error":{"code":"insufficient_quota","message":"m"}} | QUOTA
                    429 | {"error":{"code":"credit_balance_exhausted"}} | QUOTA
                    400 | {"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access"}} | INVALID_REQUEST
                    400 | {"error":{"type":"invalid_request_error","code":"invalid_value","param":"reasoning_effort","message":"Invalid value: 'credit balance is too low'"}} | INVALID_REQUEST
                    400 | {"error":{"type":"invalid_request_error","message":"exceeded your current quota, please check your plan"}} | INVALID_REQUEST
                    400 | {"error":{"type":"invalid_request_error","message":"invalid_api_key content_filter insufficient_quota"}} | INVALID_REQUEST
                    429 | {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You exceeded your current quota, please check your plan and billing details.","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"52s"}]}} | RATE_LIMIT
                    429 | {"error":{"type":"insufficient_quota","code":null,"message":"m"}} | QUOTA
                    413 | {"error":{"type":"tokens","code":"rate_limit_exceeded","message":"Request too large for model"}} | RATE_LIMIT
                    409 | {"type":"error","error":{"type":"conflict_error","message":"m"}} | INVALID_REQUEST
                    402 | {"type":"error","error":{"type":"billing_error","message":"m"}} | QUOTA
                    429 | {"error":{"code":"rate_limit_exceeded","message":"m"}} | RATE_LIMIT
                    400 | {"error":{"code":"context_length_exceeded","message":"m"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"messages[1].content"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"messages.[12].content[0].text"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"input"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"input[0]"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"input[2].output"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"instructions"}} | CONTEXT_LENGTH
                    400 | {"error":{"code":"string_above_max_length","param":"user"}} | INVALID_REQUEST
                    400 | {"error":{"code":"string_above_max_length","param":"tools[0].function.name"}} | INVALID_REQUEST
                    400 | {"error":{"code":"string_above_max_length","param":"tools[0].function.description"}} | INVALID_REQUEST
                    400 | {"error":{"code":"string_above_max_length","param":"messages[1].tool_calls[0].id"}} | INVALID_REQUEST
                    400 | {"error":{"code":"string_above_max_length","param":"messages[1].name"}} | INVALID_REQUEST
                    400 | {"error":{"code":"string_above_max_length","param":"input[2].call_id"}} | INVALID_REQUEST
                    400 | {"error":{"code":"string_above_max_length","param":null}} | INVALID_REQUEST
                    400 | {"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens"}} | INVALID_REQUEST
                    400 | {"error":{"code":"content_filter","message":"m"}} | CONTENT_FILTER
                    400 | {"error":{"code":"content_policy_violation","message":"m"}} | CONTENT_FILTER
                    529 | {"type":"error","error":{"type":"overloaded_error","message":"m"}} | OVERLOADED
                    503 | <html>busy</html> | OVERLOADED
                    503 | {"error":{"code":503,"status":"UNAVAILABLE","message":"m"}} | OVERLOADED
                    400 | {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"API key not valid."}} | INVALID_REQUEST
                    400 | {"error":{"code":400,"status":"INVALID_ARGUMENT","message":"m","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}} | AUTHENTICATION
                    400 | {"error":{"code":"400","message":"m","innererror":{"code":"ResponsibleAIPolicyViolation"}}} | CONTENT_FILTER
                    401 | {} | AUTHENTICATION
                    403 | {} | PERMISSION
                    404 | {"error":"no such model"} | NOT_FOUND
                    408 | x | TIMEOUT
                    504 | [] | TIMEOUT
                    413 | {} | TOO_LARGE
                    422 | {"detail":"m"} | INVALID_REQUEST
                    500 | null | SERVER
                    """)
    void readsTheKindOfAProvidersError(int status, String body, ChatError.Kind kind) {
        assertThat(read(status, body).kind()).isEqualTo(kind);
        assertThat(read(status, body).status()).isEqualTo(status);
    }

    @Test
    void readsWhatOpenRouterSaysOfAFlaggedInput() {
        String body =
                "{\"error\":{\"code\":403,\"message\":\"m\",\"metadata\":{\"reasons\":[\"violence\"],\"flagged_input\":\"x\"}}}";
        assertThat(read(403, body).code()).isEqualTo("moderation");
        assertThat(read(403, "{\"error\":{\"code\":403,\"message\":\"m\"}}").code())
                .isNull();
    }

    @Test
    void readsGeminisDelayFromTheBody() {
        assertThat(read(429, """
                {"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m","details":[
                 {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"52.5s"}]}}
                """).retryAfter()).isEqualTo(Duration.ofMillis(52_500));
    }

    @Test
    void cutsMessagesAndTakesKeysOut() {
        String message = read(
                        401,
                        "{\"error\":{\"message\":\"Incorrect API key provided: sk-proj-abcdef123456. Bearer abc.def_123 AIzaSyA1234567 "
                                + "x".repeat(5_000) + "\"}}")
                .message();

        assertThat(message)
                .doesNotContain("abcdef123456")
                .doesNotContain("abc.def_123")
                .doesNotContain("SyA1234567")
                .hasSizeLessThanOrEqualTo(Scrubbed.LENGTH + 3);
    }

    @ParameterizedTest
    @EnumSource(ChatError.Kind.class)
    void writesEveryKindInBothDialects(ChatError.Kind kind) {
        ChatError error = new ChatError(kind, 418, "m", "c", "p", null);
        Dialect openAi = new OpenAiDialect(Samples.CLOCK);
        Dialect anthropic = new AnthropicDialect();

        assertThat(json(openAi.writeError(error, "r")).get("error").fieldNames())
                .toIterable()
                .containsExactly("message", "type", "param", "code");
        assertThat(json(anthropic.writeError(error, "r")).get("request_id").textValue())
                .isEqualTo("r");
        boolean overloaded = kind == ChatError.Kind.OVERLOADED;
        boolean quota = kind == ChatError.Kind.QUOTA;
        assertThat(openAi.status(error)).isEqualTo(overloaded ? 503 : quota ? 429 : 418);
        assertThat(anthropic.status(error)).isEqualTo(overloaded ? 529 : quota ? 402 : 418);
    }

    private static @Nullable Duration wait(Map<String, String> headers) {
        return RetryAfter.parse(headers::get, Samples.CLOCK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    retry-after | 2 | 2000
                    retry-after | 0.5 | 500
                    retry-after | 0 | 0
                    retry-after-ms | 20 | 20
                    retry-after | Tue, 14 Nov 2023 22:13:30 GMT | 10000
                    retry-after | Tue, 14 Nov 2022 22:13:30 GMT |
                    retry-after | Mon, 14 Nov 2022 22:13:30 GMT | 0
                    retry-after | 121 | 120000
                    retry-after | 99999999999 | 120000
                    retry-after | Sun, 14 Nov 2100 22:13:30 GMT | 120000
                    retry-after | -5 |
                    retry-after | soon |
                    retry-after | 1e9 |
                    retry-after | . |
                    """)
    void readsOneHeader(String name, String value, @Nullable Long millis) {
        assertThat(wait(Map.of(name, value))).isEqualTo(millis == null ? null : Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "' FALSE ', false", "maybe,", "'',"})
    void readsWhetherTheProviderWantsToBeAskedAgain(String value, @Nullable Boolean wanted) {
        assertThat(RetryAfter.shouldRetry(Map.of("x-should-retry", value)::get)).isEqualTo(wanted);
    }

    @Test
    void readsResetTimesOfLimitsThatAreUsedUpOnly() {
        assertThat(wait(Map.of("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", "1m2.5s")))
                .isEqualTo(Duration.ofMillis(62_500));
        assertThat(wait(Map.of("x-ratelimit-remaining-tokens", "3", "x-ratelimit-reset-tokens", "1m")))
                .isNull();
        assertThat(wait(Map.of(
                        "anthropic-ratelimit-tokens-remaining", "0",
                        "anthropic-ratelimit-tokens-reset", "2023-11-14T22:13:25Z",
                        "anthropic-ratelimit-requests-remaining", "0",
                        "anthropic-ratelimit-requests-reset", "2023-11-14T22:13:27Z")))
                .isEqualTo(Duration.ofSeconds(7));
        assertThat(wait(Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "20ms")))
                .isEqualTo(Duration.ofMillis(20));
        assertThat(wait(Map.of("x-ratelimit-remaining-requests", "0", "x-ratelimit-reset-requests", "5 parsecs")))
                .isNull();
    }
}
