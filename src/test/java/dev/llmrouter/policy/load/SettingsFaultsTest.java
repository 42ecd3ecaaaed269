package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.added;
import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Sample.with;
import static dev.llmrouter.policy.load.Severity.ERROR;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in the settings of a policy. */
class SettingsFaultsTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    static Stream<Fault> faults() {
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
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }
}
