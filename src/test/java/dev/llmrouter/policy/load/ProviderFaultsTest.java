package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in {@code providers}. */
class ProviderFaultsTest {
    static Stream<Fault> faults() {
        String base = "baseUrl: https://api.example.com/v1";
        return Stream.of(
                fault(
                        "    protocol: openai\n    " + base,
                        "    " + base,
                        UNUSABLE,
                        "  openai:",
                        "providers.openai.protocol",
                        "missing"),
                fault(
                        base,
                        "endpoint: direct:x\n    " + base,
                        UNUSABLE,
                        "  openai:",
                        "providers.openai",
                        "has both baseUrl and endpoint"),
                fault(
                        base,
                        "outputLimit: max_token\n    " + base,
                        UNUSABLE,
                        "max_token",
                        "providers.openai.outputLimit",
                        "is 'max_token'. Did you mean 'max_tokens'?"),
                fault(
                        "    " + base + "\n",
                        "",
                        UNUSABLE,
                        "  openai:",
                        "providers.openai",
                        "has neither baseUrl nor endpoint"),
                fault(
                        base,
                        "baseUrl: ftp://api.example.com",
                        UNUSABLE,
                        "ftp",
                        "providers.openai.baseUrl",
                        "is no http or https URL"),
                fault(
                        base,
                        "baseUrl: https://u:p@api.example.com",
                        UNUSABLE,
                        "u:p",
                        "providers.openai.baseUrl",
                        "user name or password"),
                fault(
                        base,
                        "baseUrl: https://api.example.com?key=1",
                        UNUSABLE,
                        "key=1",
                        "providers.openai.baseUrl",
                        "holds a query"),
                fault(
                        base,
                        "baseUrl: http://api.example.com/v1",
                        WARNING,
                        "http://api",
                        "providers.openai.baseUrl",
                        "unencrypted"),
                fault(
                        base,
                        base + "/chat/completions",
                        WARNING,
                        "completions",
                        "providers.openai.baseUrl",
                        "path of one operation"),
                fault(
                        base,
                        base + "\n    proxy: socks5://gate.example:1080",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "is no HTTP proxy"),
                fault(
                        base,
                        base + "\n    proxy: gate.example",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "is no address of a proxy"),
                fault(
                        base,
                        base + "\n    proxy: http://gate.example:3128/path",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "is no address of a proxy"),
                fault(
                        base,
                        base + "\n    proxy: http://me:secret@gate.example:3128",
                        WARNING,
                        "proxy",
                        "providers.openai.proxy",
                        "holds a password in plain text"),
                fault(
                        base,
                        base + "\n    proxy: \"${HTTPS_PROXY}\"",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "is no address of a proxy"),
                fault(
                        base,
                        base + "\n    proxy: \"http://me:{{env:NO_PASSWORD}}@gate.example:3128\"",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "uses {{env:NO_PASSWORD}}, which has no value"),
                fault(
                        base,
                        base + "\n    proxy: \"{{env:NO_HOST}}:3128\"",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "uses {{env:NO_HOST}}, which has no value"),
                fault(
                        base,
                        "endpoint: direct:own\n    proxy: http://gate.example:3128",
                        UNUSABLE,
                        "proxy",
                        "providers.openai.proxy",
                        "beside an endpoint"),
                fault(base, "endpoint: nothing", UNUSABLE, "nothing", "providers.openai.endpoint", "no Camel endpoint"),
                fault(
                        "\"{{env:KEY}}\"",
                        "sk-live-1234567890",
                        WARNING,
                        "apiKey",
                        "providers.openai.apiKey",
                        "in plain text"),
                fault(
                        "{{env:KEY}}",
                        "${OPENAI_API_KEY}",
                        WARNING,
                        "apiKey",
                        "providers.openai.apiKey",
                        "no placeholder in a policy and is sent as it stands. Write {{env:OPENAI_API_KEY}}"),
                fault(
                        "{{env:KEY}}",
                        "$OPENAI_API_KEY",
                        WARNING,
                        "apiKey",
                        "providers.openai.apiKey",
                        "$NAME, which is no placeholder in a policy and is sent as it stands. Write {{env:OPENAI_API_KEY}}"),
                fault(
                        base,
                        base + "\n    headers: { x-team: \"a ${env:TEAM}\" }",
                        WARNING,
                        "x-team",
                        "providers.openai.headers.x-team",
                        "Write {{env:TEAM}} for the environment variable"),
                fault(
                        "\"{{env:KEY}}\"",
                        "\"{{env:ABSENT}}\"",
                        WARNING,
                        "apiKey",
                        "providers.openai.apiKey",
                        "has no value"),
                fault(
                        "\"{{env:KEY}}\"",
                        "\"{{env:ZERO}}\"",
                        WARNING,
                        "apiKey",
                        "providers.openai.apiKey",
                        "has no value"),
                fault(
                        base,
                        base + "\n    apiKeyHeader: Host",
                        UNUSABLE,
                        "Host",
                        "providers.openai.apiKeyHeader",
                        "cannot set"),
                fault(
                        base,
                        base + "\n    apiKeyHeader: api-key\n    headers: { Api-Key: \"{{env:KEY}}\" }",
                        UNUSABLE,
                        "api-key",
                        "providers.openai.apiKeyHeader",
                        "is one of the headers too"),
                fault(
                        "baseUrl: http://localhost:8000/v1",
                        "baseUrl: http://localhost:8000/v1\n    apiKeyHeader: api-key",
                        UNUSABLE,
                        "api-key",
                        "providers.local.apiKeyHeader",
                        "without an apiKey"),
                fault(
                        "\"{{env:KEY}}\"",
                        "\"{{env:KEY}} x\"",
                        UNUSABLE,
                        "apiKey",
                        "providers.openai.apiKey",
                        "characters"),
                fault(
                        base,
                        base + "\n    headers: { Host: x }",
                        UNUSABLE,
                        "Host",
                        "providers.openai.headers.Host",
                        "cannot set"),
                fault(
                        base,
                        base + "\n    headers: { x-api-key: abc }",
                        WARNING,
                        "x-api",
                        "providers.openai.headers.x-api-key",
                        "plain text"),
                fault(
                        base,
                        base + "\n    headers: { X-A: \"a\\r\\nb\" }",
                        UNUSABLE,
                        "X-A",
                        "providers.openai.headers.X-A",
                        "control"),
                fault(
                        base,
                        base + "\n    timeouts: { idle: 20 }",
                        UNUSABLE,
                        "idle",
                        "providers.openai.timeouts.idle",
                        "is '20'; allowed: a duration from 1ms to 1h"),
                fault(
                        base,
                        base + "\n    timeouts: { idle: 2h }",
                        UNUSABLE,
                        "idle",
                        "providers.openai.timeouts.idle",
                        "from 1ms to 1h"),
                fault(
                        base,
                        base + "\n    breaker: { failureRate: 0 }",
                        UNUSABLE,
                        "failureRate",
                        "providers.openai.breaker.failureRate",
                        "above 0 to 1"),
                fault(
                        base,
                        base + "\n    breaker: { window: 3 }",
                        UNUSABLE,
                        "breaker",
                        "providers.openai.breaker.minimumCalls",
                        "more than the window"),
                fault(
                        base,
                        base + "\n    simulator: { errors: { 418: 0.1 } }",
                        UNUSABLE,
                        "418",
                        "providers.openai.simulator.errors.418",
                        "no fault"),
                fault(
                        base,
                        base + "\n    simulator: { errors: { 429: 0.6, hang: 0.6 } }",
                        UNUSABLE,
                        "429",
                        "providers.openai.simulator.errors",
                        "more than 1"),
                fault(
                        base,
                        base + "\n    simulator: { quality: { triag: 0.6 } }",
                        WARNING,
                        "triag:",
                        "providers.openai.simulator.quality.triag",
                        "Did you mean 'triage'?"),
                fault(
                        base,
                        base + "\n    simulator: { seed: 1.5 }",
                        UNUSABLE,
                        "seed",
                        "providers.openai.simulator.seed",
                        "a whole number"),
                fault(
                        "models:\n  small",
                        "  spare:\n    protocol: simulator\nmodels:\n  small",
                        WARNING,
                        "spare",
                        "providers.spare",
                        "has no model"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }
}
