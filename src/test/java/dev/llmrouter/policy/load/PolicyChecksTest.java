package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Sample.with;
import static dev.llmrouter.policy.load.Severity.ERROR;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Secret;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault gives exactly one problem, at the line that holds it, naming the field, the finding and the remedy. */
class PolicyChecksTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    /** @param mark text of the line where the problem is expected */
    record Fault(String yaml, Severity severity, String mark, String path, String message) {
        @Override
        public String toString() {
            return path + " " + message;
        }
    }

    private static Fault fault(
            String part, String replacement, Severity severity, String mark, String path, String message) {
        return new Fault(with(part, replacement), severity, mark, path, message);
    }

    private static Fault added(String yaml, Severity severity, String mark, String path, String message) {
        return new Fault(Sample.POLICY + yaml, severity, mark, path, message);
    }

    static Stream<Fault> topLevelFaults() {
        return Stream.of(
                fault("owner: team", "ownr: team\nowner: a", UNUSABLE, "ownr", "ownr", "Did you mean 'owner'?"),
                fault(
                        "owner: team",
                        "\towner: team",
                        UNUSABLE,
                        "\towner",
                        "",
                        "a tab stands where YAML takes spaces only"),
                fault("owner: team", "owner: t\uFFFDm", UNUSABLE, "\uFFFDm", "", "no UTF-8"),
                fault("owner: team\n", "", WARNING, "version", "owner", "is missing"),
                fault("version: 1", "version: 2", UNUSABLE, "version: 2", "version", "is '2'; allowed: 1 to 1"),
                fault("version: 1\n", "", UNUSABLE, "owner", "version", "is missing. Write 'version: 1'."),
                fault("evidence: warn", "evidence: wran", UNUSABLE, "wran", "evidence", "Did you mean 'warn'?"),
                fault("evidence: warn", "evidence: off", WARNING, "evidence: off", "evidence", "without proof: triage"),
                fault(
                        "evidence: warn",
                        "evidence: enforce",
                        WARNING,
                        "tier: economy",
                        "tasks.triage.tier",
                        "serves the task unless accepted evidence proves it"),
                fault(
                        "price: { input: 0.1, cachedInput: 0.05, output: 0.4, asOf: 2026-07-02 }",
                        "price: { input: 10, cachedInput: 5, output: 40, asOf: 2026-07-02 }",
                        WARNING,
                        "tier: economy",
                        "tasks.triage.tier",
                        "serves the task without proof of its quality"),
                fault(
                        "baseline: premium",
                        "baseline: premum",
                        UNUSABLE,
                        "premum",
                        "baseline",
                        "names the tier 'premum', which does not exist. Did you mean 'premium'? Allowed: economy, premium."),
                fault(
                        "evidence: warn",
                        "evidence: warn\nowner: again",
                        UNUSABLE,
                        "owner: again",
                        "",
                        "has the key 'owner' twice in one mapping: in line 2 and in line 5"),
                fault("owner: team", "owner: &a team", UNUSABLE, "&a", "", "defines the anchor &a"),
                fault("owner: team", "owner: !!str team", UNUSABLE, "!!str", "", "tags are not allowed"),
                fault(
                        "owner: team",
                        "owner: [team]",
                        UNUSABLE,
                        "[team]",
                        "owner",
                        "is a list; a single value is needed"),
                fault("owner: team", "owner: 'x", UNUSABLE, "owner: 'x", "", "is no valid YAML"),
                fault(
                        "owner: team",
                        "owner: \"{{nope}}\"",
                        UNUSABLE,
                        "nope",
                        "owner",
                        "uses {{nope}}, which has no value"),
                fault("evidence: warn", "simulation: sometimes", UNUSABLE, "sometimes", "simulation", "without-keys"),
                fault(
                        "evidence: warn",
                        "evidence: warn\npriceDate: soon",
                        UNUSABLE,
                        "soon",
                        "priceDate",
                        "year-month-day"),
                added("---\nversion: 1\n", UNUSABLE, "---", "", "more than one YAML document"));
    }

    static Stream<Fault> providerFaults() {
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

    static Stream<Fault> modelFaults() {
        String price = "price: { input: 2, cachedInput: 1, output: 8, asOf: 2026-07-02 }";
        return Stream.of(
                fault(
                        "output: 0.4,",
                        "output: 0.4, batch: 1.5,",
                        UNUSABLE,
                        "batch:",
                        "models.small.price.batch",
                        "above 0 to 1"),
                fault(
                        "output: 0.4,",
                        "output: 0.4, batch: 0.3333333,",
                        WARNING,
                        "batch:",
                        "models.small.price.batch",
                        "once multiplied"),
                fault(
                        "provider: openai",
                        "provider: opnai",
                        UNUSABLE,
                        "opnai",
                        "models.large.provider",
                        "Did you mean 'openai'?"),
                fault(price, "", ERROR, "  large:", "models.large.price", "is missing, so every cost"),
                fault(
                        price,
                        "price: { input: 2, cachedInput: 1, output: 8 }",
                        WARNING,
                        "price: { input: 2,",
                        "models.large.price.asOf",
                        "is missing"),
                fault(
                        price,
                        price.replace("2026", "2027"),
                        ERROR,
                        "2027",
                        "models.large.price.asOf",
                        "in the future (today is 2026-11-24)"),
                fault(
                        price,
                        price.replace("output: 8", "output: 8.0000001"),
                        WARNING,
                        "8.0000001",
                        "models.large.price.output",
                        "has more than 6 decimals"),
                fault(
                        price,
                        price.replace("2026", "2024"),
                        WARNING,
                        "2024",
                        "models.large.price.asOf",
                        "more than a year ago"),
                fault(
                        price,
                        price.replace("input: 2,", "input: -2,"),
                        UNUSABLE,
                        "-2,",
                        "models.large.price.input",
                        "is '-2'; allowed: 0 to 100,000"),
                fault(
                        price,
                        price.replace("output: 8,", ""),
                        UNUSABLE,
                        "input: 2,",
                        "models.large.price.output",
                        "is missing"),
                fault(
                        price,
                        price.replace("cachedInput: 1, ", ""),
                        WARNING,
                        "input: 2,",
                        "models.large.price.cachedInput",
                        "unknown cost"),
                fault(
                        "context: 128000",
                        "context: many",
                        UNUSABLE,
                        "many",
                        "models.large.context",
                        "is 'many'; allowed: 1 to 100,000,000"),
                fault(
                        "context: 128000",
                        "context: 1e3\n    maxOutput: 2000",
                        UNUSABLE,
                        "2000",
                        "models.large.maxOutput",
                        "more than the context"),
                fault(
                        "[tools, json-schema]",
                        "[tols]",
                        UNUSABLE,
                        "tols",
                        "models.large.capabilities[0]",
                        "Did you mean 'tools'?"),
                fault(
                        "  large:\n",
                        "  \"auto\":\n    provider: local\n    price: unknown\n  large:\n",
                        UNUSABLE,
                        "auto",
                        "models.auto",
                        "means something else"),
                fault(
                        "  large:\n",
                        "  \"a b\":\n    provider: local\n    price: unknown\n  large:\n",
                        UNUSABLE,
                        "a b",
                        "models.a b",
                        "not allowed"),
                fault(
                        "  large:\n",
                        "  spare:\n    provider: local\n    price: unknown\n  large:\n",
                        WARNING,
                        "spare",
                        "models.spare",
                        "is in no tier"));
    }

    /** With a tier whose lines go through batches, and the price for it. */
    private static String batched(String batch) {
        return with("models: [small]", "models: [small]\n    batch: " + batch)
                .replace("output: 0.4,", "output: 0.4, batch: 0.5,");
    }

    private static Fault batched(String batch, Severity severity, String path, String message) {
        return new Fault(batched(batch), severity, "batch: {", path, message);
    }

    static Stream<Fault> tierFaults() {
        return Stream.of(
                fault(
                        "models: [small]",
                        "models: [small]\n    batch: { within: 24h }",
                        ERROR,
                        "batch: {",
                        "tiers.economy.batch",
                        "model 'small' has no batch price"),
                batched("{ within: 100h }", UNUSABLE, "tiers.economy.batch.within", "from 1s to 72h"),
                new Fault(
                        batched("{ within: 24h }\n    shadow: { model: large, percent: 10 }"),
                        WARNING,
                        "shadow: {",
                        "tiers.economy.shadow",
                        "not for lines of files that the tier's batch answers"),
                batched("{ unanswered: drop }", UNUSABLE, "tiers.economy.batch.unanswered", "is 'drop'"),
                new Fault(
                        batched("{ within: 24h }")
                                .replace(
                                        "protocol: openai\n    baseUrl: http://l",
                                        "protocol: gemini\n    baseUrl: http://l"),
                        ERROR,
                        "batch: {",
                        "tiers.economy.batch",
                        "'gemini' has no batch API"),
                fault(
                        "models: [large]",
                        "models: [larg]",
                        UNUSABLE,
                        "[larg]",
                        "tiers.premium.models[0]",
                        "Did you mean 'large'?"),
                fault(
                        "models: [large]",
                        "models: []",
                        UNUSABLE,
                        "models: []",
                        "tiers.premium.models",
                        "names no model"),
                fault(
                        "models: [large]",
                        "models: [large, large]",
                        UNUSABLE,
                        "large, large",
                        "tiers.premium.models",
                        "twice"),
                fault(
                        "models: [large]",
                        "models: [large, small]",
                        WARNING,
                        "large, small",
                        "tiers.premium.models[1]",
                        "no fallback"),
                fault(
                        "models: [large]",
                        "strategy: weighted\n    models: [{ model: large, weight: 0 }]",
                        UNUSABLE,
                        "weight: 0",
                        "tiers.premium.models[0].weight",
                        "above 0"),
                fault(
                        "models: [large]",
                        "models: [{ model: large, weight: 3 }]",
                        WARNING,
                        "weight: 3",
                        "tiers.premium.models",
                        "does not look at"),
                fault(
                        "models: [large]",
                        "models: [large]\n    strategy: fallover",
                        UNUSABLE,
                        "fallover",
                        "tiers.premium.strategy",
                        "Did you mean 'failover'?"),
                fault(
                        "models: [large]",
                        "models: [large]\n    timeout: 2 min",
                        UNUSABLE,
                        "2 min",
                        "tiers.premium.timeout",
                        "Write a number with its unit"),
                fault(
                        "models: [large]",
                        "models: [large]\n    maxAttempts: 0",
                        UNUSABLE,
                        "maxAttempts",
                        "tiers.premium.maxAttempts",
                        "1 to 20"),
                fault(
                        "models: [large]",
                        "models: [large]\n    canary: { model: large, percent: 101 }",
                        UNUSABLE,
                        "101",
                        "tiers.premium.canary.percent",
                        "above 0 to 100"),
                fault(
                        "models: [large]",
                        "models: [large, small]\n    strategy: weighted",
                        WARNING,
                        "models: [large, small]",
                        "tiers.premium.models",
                        "give 'small' a share of the baseline's traffic, which costs less than 'large'"),
                fault(
                        "models: [large]",
                        "models: [large]\n    canary: { model: small, percent: 10 }",
                        WARNING,
                        "canary",
                        "tiers.premium.canary",
                        "give 'small' a share of the baseline's traffic"),
                fault(
                        "models: [large]",
                        "models: [large]\n    shadow: { model: x, percent: 5 }",
                        UNUSABLE,
                        "shadow",
                        "tiers.premium.shadow.model",
                        "which does not exist"),
                fault(
                        "tasks:\n",
                        "  spare:\n    models: [small]\ntasks:\n",
                        WARNING,
                        "spare",
                        "tiers.spare",
                        "serves no task"));
    }

    /** "Remove it" would be the wrong advice for a tier whose only task has a mistyped tier. */
    @Test
    void whatADroppedEntryLeavesUnusedIsNotReported() {
        assertThat(Sample.check(Sample.POLICY.replace("tier: economy", "tier: econmy"))
                        .problems())
                .extracting(Problem::path)
                .containsExactly("tasks.triage.tier");
    }

    static Stream<Fault> taskFaults() {
        String rationale = "rationale: Short texts, few groups.";
        return Stream.of(
                fault(
                        "tasks:\n",
                        "tasks:\n  unclassified: { tier: premium, description: The rest, rationale: None. }\n",
                        WARNING,
                        "unclassified",
                        "tasks.unclassified",
                        "nobody can tell them apart"),
                fault(
                        "tier: economy",
                        "tier: econmy",
                        UNUSABLE,
                        "econmy",
                        "tasks.triage.tier",
                        "Did you mean 'economy'?"),
                fault("    " + rationale + "\n", "", ERROR, "  triage:", "tasks.triage.rationale", "is missing"),
                fault(rationale, "rationale: ' '", ERROR, "' '", "tasks.triage.rationale", "is missing"),
                fault(
                        "    description: Which queue?\n",
                        "",
                        ERROR,
                        "  triage:",
                        "tasks.triage.description",
                        "is missing"),
                fault(
                        "\n    margin: 0.05",
                        "",
                        WARNING,
                        "  triage:",
                        "tasks.triage.margin",
                        "is missing: nobody has said how much quality may be lost"),
                fault(
                        "margin: 0.05",
                        "margin: 0",
                        UNUSABLE,
                        "margin",
                        "tasks.triage.margin",
                        "is '0'; allowed: above 0 to 1"),
                fault("margin: 0.05", "margin: 1.01", UNUSABLE, "margin", "tasks.triage.margin", "above 0 to 1"),
                fault(
                        rationale,
                        rationale + "\n    errorCost: -1",
                        UNUSABLE,
                        "errorCost",
                        "tasks.triage.errorCost",
                        "allowed: 0"),
                fault(
                        rationale,
                        rationale + "\n    premiumWhen: [{}]",
                        UNUSABLE,
                        "premiumWhen",
                        "tasks.triage.premiumWhen[0]",
                        "has no part"),
                fault(
                        rationale,
                        rationale + "\n    premiumWhen: [{ modalities: [image] }]",
                        ERROR,
                        "premiumWhen",
                        "tasks.triage.premiumWhen[0]",
                        "need 'vision'"),
                fault(
                        rationale,
                        rationale + "\n    verify: { second: { model: small } }",
                        WARNING,
                        "verify",
                        "tasks.triage.verify.second.model",
                        "a model of the task's own tier"),
                fault(
                        rationale,
                        rationale + "\n    verify: { samples: { count: 1 } }",
                        UNUSABLE,
                        "verify",
                        "tasks.triage.verify.samples.count",
                        "2 to 9"),
                fault(
                        rationale,
                        rationale + "\n    verify: { judge: { least: 0.5 } }",
                        UNUSABLE,
                        "verify",
                        "tasks.triage.verify.judge.model",
                        "is missing"),
                fault(
                        rationale,
                        rationale + "\n    verify: { onFailure: fail }",
                        UNUSABLE,
                        "verify",
                        "tasks.triage.verify",
                        "checks nothing"),
                fault(
                        rationale,
                        rationale + "\n    verify: { minLength: 5, maxLength: 4 }",
                        UNUSABLE,
                        "minLength",
                        "tasks.triage.verify.minLength",
                        "no output is usable"),
                fault(
                        rationale,
                        rationale + "\n    verify: { regex: '(?<=a)b' }",
                        UNUSABLE,
                        "regex",
                        "tasks.triage.verify.regex",
                        "RE2"),
                fault(
                        rationale,
                        rationale + "\n    verify: { jsonSchema: x }",
                        UNUSABLE,
                        "jsonSchema",
                        "tasks.triage.verify.jsonSchema",
                        "a JSON schema is needed"),
                fault(
                        rationale,
                        rationale + "\n    review: { minPerWeek: 0 }",
                        UNUSABLE,
                        "minPerWeek",
                        "tasks.triage.review.minPerWeek",
                        "1 to"),
                fault(
                        rationale,
                        rationale + "\n    waiver: { reason: pilot, by: me, until: 2026-11-23 }",
                        ERROR,
                        "waiver",
                        "tasks.triage.waiver.until",
                        "has expired (today is 2026-11-24)"),
                fault(
                        rationale,
                        rationale + "\n    waiver: { reason: pilot, until: 2026-12-23 }",
                        UNUSABLE,
                        "waiver",
                        "tasks.triage.waiver.by",
                        "is missing"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    waiver: { reason: a, by: b, until: 2026-12-01 }",
                        WARNING,
                        "waiver",
                        "tasks.advice.waiver",
                        "not needed"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    premiumWhen: [{ tokensOver: 5 }]",
                        WARNING,
                        "premiumWhen",
                        "tasks.advice.premiumWhen",
                        "no effect"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    verify: { json: true, onFailure: escalate }",
                        WARNING,
                        "escalate",
                        "tasks.advice.verify.onFailure",
                        "baseline tier already"),
                fault(
                        "rationale: Errors are dear.",
                        "rationale: x\n    verify: { json: yes }",
                        UNUSABLE,
                        "json: yes",
                        "tasks.advice.verify.json",
                        "true or false"));
    }

    static Stream<Fault> ruleFaults() {
        String when = "when: { keywords: [advise] }";
        String path = "rules[1].when";
        return Stream.of(
                fault(
                        "task: triage",
                        "task: triag",
                        UNUSABLE,
                        "task: triag",
                        "rules[0].task",
                        "Did you mean 'triage'?"),
                fault("id: advise", "id: queue", UNUSABLE, "- id: queue", "rules[1].id", "which the rule in line"),
                fault(when, "when: {}", UNUSABLE, "when: {}", path, "has no part"),
                fault(
                        when,
                        "when: { keyword: [x] }",
                        UNUSABLE,
                        "keyword:",
                        path + ".keyword",
                        "Did you mean 'keywords'?"),
                fault(
                        when,
                        "when: { tokensOver: 10, tokensUnder: 11 }",
                        UNUSABLE,
                        "tokensOver",
                        path + ".tokensOver",
                        "no number of tokens"),
                fault(when, "when: { regex: '(' }", UNUSABLE, "regex", path + ".regex", "is no regular expression"),
                fault(
                        when,
                        "when: { regex: '((a{1000}){1000}){1000}' }",
                        UNUSABLE,
                        "regex",
                        path + ".regex",
                        "too large"),
                fault(
                        when,
                        "when: { languageIn: [english] }",
                        UNUSABLE,
                        "english",
                        path + ".languageIn[0]",
                        "no language code"),
                fault(
                        when,
                        "when: { languageIn: [de], languageNotIn: [de, en] }",
                        UNUSABLE,
                        "languageIn",
                        path + ".languageNotIn",
                        "excludes every language"),
                fault(when, "when: { contains: [xml] }", UNUSABLE, "xml", path + ".contains[0]", "markup"),
                fault(
                        when,
                        "when: { modalities: [images] }",
                        UNUSABLE,
                        "images",
                        path + ".modalities[0]",
                        "Did you mean 'image'?"),
                fault(
                        when,
                        "when: { keywords: [';'] }",
                        UNUSABLE,
                        "';'",
                        path + ".keywords",
                        "without letter or digit"),
                fault(when, "when: { modalities: [audio] }", ERROR, "- id: advise", "rules[1]", "need 'audio'"),
                fault(
                        when,
                        "when: { keywords: [ticket] }",
                        ERROR,
                        "- id: advise",
                        "rules[1]",
                        "is never reached: whatever fits it fits rule 'queue' in line"),
                fault(
                        when,
                        "when: { keywords: [open ticket, my queue], tokensUnder: 9 }",
                        ERROR,
                        "- id: advise",
                        "rules[1]",
                        "never reached"),
                fault(
                        when,
                        "when: { keywords: [advise, ticket] }",
                        WARNING,
                        "- id: advise",
                        "rules[1].when.keywords",
                        "has 'ticket', which rule 'queue'"),
                fault(
                        when,
                        "when: { keywords: [advise, Ticket  price] }",
                        WARNING,
                        "- id: advise",
                        "rules[1].when.keywords",
                        "(as 'ticket')"),
                fault(
                        "task: advice",
                        "task: triage\n  - { id: again, task: triage, when: { keywords: [advise], tokensUnder: 50 } }",
                        WARNING,
                        "again",
                        "rules[2]",
                        "Remove it."));
    }

    static Stream<Fault> settingsFaults() {
        String key = "keys:\n  - { name: a, sha256: \"" + HASH + "\" }\n";
        return Stream.of(
                added(
                        "classifier: { minConfidence: 1.2 }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.minConfidence",
                        "0 to 1"),
                added(
                        "classifier: { chain: [explicit, rules, rules] }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.chain",
                        "twice"),
                added(
                        "classifier: { chain: [explicit, rule] }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.chain[1]",
                        "Did you mean 'rules'?"),
                added(
                        "classifier: { chain: [rules, llm] }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.chain",
                        "classifier.llm names no model"),
                added(
                        "classifier: { chain: [rules, llm], llm: { model: tiny } }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.llm.model",
                        "does not exist"),
                added(
                        "classifier: { chain: [rules, llm], llm: { model: small, confidence: sure } }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.llm.confidence",
                        "stated, logprobs"),
                added(
                        "classifier: { chain: [rules, llm], llm: { model: small, confidence: logprobs } }\n",
                        ERROR,
                        "classifier",
                        "classifier.llm.confidence",
                        "has not 'logprobs' among its capabilities"),
                new Fault(
                        with("  local:\n    protocol: openai", "  local:\n    protocol: anthropic")
                                + "classifier: { chain: [rules, llm], llm: { model: small, confidence: logprobs } }\n",
                        ERROR,
                        "classifier: {",
                        "classifier.llm.confidence",
                        "by the protocol 'anthropic'"),
                added(
                        "classifier: { llm: { model: small } }\n",
                        WARNING,
                        "classifier",
                        "classifier.llm",
                        "is not used"),
                added(
                        "classifier: { chain: [rules, embedding] }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.chain",
                        "names nothing that makes vectors"),
                added(
                        "classifier: { chain: [rules, embedding], embedding: { timeout: 1s } }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.embedding",
                        "names neither a model nor a bean"),
                added(
                        "classifier: { chain: [rules, embedding], embedding: { model: small, bean: mine } }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.embedding",
                        "names a model and a bean"),
                added(
                        "classifier: { chain: [rules, embedding], embedding: { model: small } }\n",
                        ERROR,
                        "classifier",
                        "classifier.embedding.model",
                        "makes no embeddings"),
                added(
                        "classifier: { chain: [embedding, rules], embedding: { bean: mine } }\n",
                        WARNING,
                        "classifier",
                        "classifier.chain",
                        "asked first wherever they stand"),
                added(
                        "classifier: { embedding: { bean: mine } }\n",
                        WARNING,
                        "classifier",
                        "classifier.embedding",
                        "is not used"),
                added(
                        "classifier: { chain: [rules, llm], llm: { model: small, minConfidence: 0.95 } }\n",
                        WARNING,
                        "classifier",
                        "classifier.llm.minConfidence",
                        "never acted on"),
                added(
                        "classifier: { learned: { minConfidence: 0.5 } }\n",
                        WARNING,
                        "classifier",
                        "classifier.learned",
                        "is not used"),
                added(
                        "classifier: { chain: [rules, learned], learned: { minConfidence: 2 } }\n",
                        UNUSABLE,
                        "classifier",
                        "classifier.learned.minConfidence",
                        "0 to 1"),
                added("classifier: { agreement: 2 }\n", UNUSABLE, "classifier", "classifier.agreement", "0 to 1"),
                added("classifier: { chain: [explicit] }\n", WARNING, "classifier", "classifier.chain", "are not used"),
                added(
                        key + "  - { name: a, sha256: \"" + HASH.replace('0', '1') + "\" }\n",
                        UNUSABLE,
                        HASH.replace('0', '1'),
                        "keys[1].name",
                        "is the same as"),
                added(
                        key + "  - { name: b, sha256: \"" + HASH + "\" }\n",
                        UNUSABLE,
                        "name: b",
                        "keys[1].sha256",
                        "is the same as"),
                added("keys: [{ name: a, sha256: abc }]\n", UNUSABLE, "abc", "keys[0].sha256", "64 hexadecimal digits"),
                added(
                        key.replace(" }", ", tasks: [triag] }"),
                        UNUSABLE,
                        "triag]",
                        "keys[0].tasks[0]",
                        "Did you mean 'triage'?"),
                added(key.replace(" }", ", tiers: [] }"), UNUSABLE, "tiers: []", "keys[0].tiers", "reads like 'none'"),
                added(
                        "limits: { bodySize: 10 }\n",
                        UNUSABLE,
                        "limits",
                        "limits.bodySize",
                        "1,000 to 1,000,000,000 bytes"),
                added("limits: { bodySize: 10XB }\n", UNUSABLE, "limits", "limits.bodySize", "500KB, 10MB"),
                added("limits: { depth: 7 }\n", UNUSABLE, "limits", "limits.depth", "8 to 1,000"));
    }

    @ParameterizedTest
    @MethodSource({
        "topLevelFaults",
        "providerFaults",
        "modelFaults",
        "tierFaults",
        "taskFaults",
        "ruleFaults",
        "settingsFaults"
    })
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        PolicyCheck check = Sample.check(fault.yaml());
        List<Problem> problems = check.problems().stream()
                .filter(problem -> problem.path().equals(fault.path()))
                .filter(problem -> problem.message().contains(fault.message()))
                .toList();
        assertThat(problems).as(check.text()).hasSize(1);
        Problem problem = problems.get(0);
        assertThat(problem.severity()).isEqualTo(fault.severity());
        assertThat(fault.yaml().lines().toList().get(problem.line() - 1)).contains(fault.mark());
        assertThat(problem.fix()).isNotBlank();
        assertThat(check.isUsable()).isEqualTo(fault.severity() != UNUSABLE);
        boolean rest = check.problems().stream()
                .anyMatch(other -> other != problem && other.severity() != WARNING && fault.severity() != UNUSABLE);
        assertThat(rest).as(check.text()).isFalse();
    }

    /** Issue 3, 2: what the fallback cannot do is said when the policy is written, not in an outage. */
    @Test
    void aRuleWhoseRequestsOneModelOfItsTierCanServeHasNoFallback() {
        String alone = with("when: { keywords: [advise] }", "when: { tools: true }");
        String beside = alone.replace("models: [large]", "models: [large, small]");
        String both = beside.replace("context: 32000", "context: 32000\n    capabilities: [tools]");

        assertThat(ofTheRule(beside)).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.message()).contains("'tools'", "only 'large' can do that");
            assertThat(problem.fix()).isNotBlank();
        });
        assertThat(ofTheRule(alone)).isEmpty();
        assertThat(ofTheRule(both)).isEmpty();
    }

    private static List<Problem> ofTheRule(String policy) {
        return Sample.check(policy).problems().stream()
                .filter(problem -> problem.path().equals("rules[1]"))
                .toList();
    }

    @Test
    void findsNothingWrongWithTheSample() {
        assertThat(Sample.check(Sample.POLICY).problems()).isEmpty();
    }

    @Test
    void reportsAllProblemsSortedByPosition() {
        String text = with("owner: team", "ownr: team")
                .replace("tier: economy", "tier: econmy")
                .replace("baseline: premium", "baseline: nothing");
        List<Problem> problems = Sample.check(text).problems();
        assertThat(problems).isSorted().hasSizeGreaterThanOrEqualTo(3);
        assertThat(problems).extracting(Problem::path).contains("ownr", "baseline", "tasks.triage.tier");
    }

    @Test
    void refusesAnAliasWithoutFollowingIt() {
        PolicyCheck check = Sample.check(with("owner: team", "owner: *a"));
        assertThat(check.problems()).extracting(Problem::message).anyMatch(m -> m.contains("uses the alias *a"));
        assertThat(check.isUsable()).isFalse();
    }

    @Test
    void warnsOfAStepThatIsNotAvailable() {
        PolicyCheck check = Sample.loader()
                .availableSteps(EnumSet.of(ClassifierSettings.Step.EXPLICIT, ClassifierSettings.Step.RULES))
                .build()
                .check(Sample.POLICY + "classifier: { chain: [rules, learned] }\n", "p");
        assertThat(check.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.path()).isEqualTo("classifier.chain[1]");
        });
    }

    @Test
    void warnsOfAStepLlmThatIsNotLastOrNeverActedOn() {
        String llm = "llm: { model: small }";
        assertThat(Sample.check(Sample.POLICY + "classifier: { chain: [llm, rules], " + llm + " }\n")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("asked last wherever it stands"));
        assertThat(Sample.check(with("context: 32000", "context: 32000\n    capabilities: [logprobs]")
                                + "classifier: { chain: [rules, llm], llm: { model: small, confidence: logprobs } }\n")
                        .problems())
                .isEmpty();
        assertThat(Sample.check(Sample.POLICY + "classifier: { chain: [rules, llm], minConfidence: 0.91, " + llm
                                + " }\n")
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.path()).isEqualTo("classifier.minConfidence"));
        assertThat(Sample.check(Sample.POLICY
                                + "classifier: { chain: [rules, llm], minConfidence: 0.95, llm: { model: small,"
                                + " minConfidence: 0.9 } }\n")
                        .problems())
                .isEmpty();
        assertThat(Sample.check(Sample.POLICY + "classifier: { chain: [rules, llm], minConfidence: 0.9, " + llm
                                + " }\n")
                        .problems())
                .isEmpty();
    }

    @Test
    void passesExpressionsToTheChecker() {
        String text = with("{ keywords: [advise] }", "{ simple: \"${bad\" }");
        PolicyCheck check = Sample.loader()
                .expressions((language, expression) -> language + " cannot read it")
                .build()
                .check(text, "p");
        assertThat(check.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message())
                        .startsWith("rules[1].when.simple does not compile: simple cannot read it"));
    }

    @Test
    void takesThePriceDateOfTheFileWhereAPriceHasNone() {
        String text = Sample.POLICY.replace(", asOf: 2026-07-02", "") + "priceDate: 2026-08-01\n";
        PolicyCheck check = Sample.check(text);
        assertThat(check.problems()).isEmpty();
        assertThat(check.orThrow().model("large").orElseThrow().price())
                .isNotNull()
                .extracting(Price::asOf)
                .isEqualTo(java.time.LocalDate.of(2026, 8, 1));
    }

    @Test
    void acceptsAPriceThatIsSaidToBeUnknown() {
        String text = with("price: { input: 2, cachedInput: 1, output: 8, asOf: 2026-07-02 }", "price: unknown");
        assertThat(Sample.check(text).problems()).isEmpty();
        assertThat(Sample.check(text).orThrow().model("large").orElseThrow().price())
                .isNull();
    }

    @Test
    void saysThatTheSimulatorStandsInInsteadOfMissingKeys() {
        String text = with("evidence: warn", "evidence: warn\nsimulation: without-keys")
                .replace("env:KEY", "env:NONE");
        assertThat(Sample.check(text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.severity()).isEqualTo(WARNING);
            assertThat(problem.path()).isEqualTo("simulation");
        });
    }

    @Test
    void keepsWhatTheFileSays() {
        RoutingPolicy policy = Sample.check(
                        Sample.POLICY
                                + "limits: { bodySize: 2MB, depth: 32 }\n"
                                + "classifier: { chain: [rules, llm], minConfidence: 0.7, llm: { model: small, timeout: 500ms } }\n")
                .orThrow();
        assertThat(policy.limits()).isEqualTo(new Limits(2_000_000, 32, 2_000));
        assertThat(policy.classifier().minConfidence()).isEqualTo(0.7);
        assertThat(policy.classifier().llm()).isNotNull();
        assertThat(policy.models().keySet()).containsExactly("small", "large");
        assertThat(policy.rules().get(1).line()).isEqualTo(42);
        assertThat(policy.hash()).matches("[0-9a-f]{12}").isEqualTo(PolicyLoader.hash(policyText()));
        assertThat(policy.providerOf(policy.model("large").orElseThrow()).apiKey())
                .isEqualTo(Secret.of("sk-abcdef0123456789"));
    }

    private static String policyText() {
        return Sample.POLICY
                + "limits: { bodySize: 2MB, depth: 32 }\n"
                + "classifier: { chain: [rules, llm], minConfidence: 0.7, llm: { model: small, timeout: 500ms } }\n";
    }
}
