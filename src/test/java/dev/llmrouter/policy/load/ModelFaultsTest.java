package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Fault.fault;
import static dev.llmrouter.policy.load.Severity.ERROR;
import static dev.llmrouter.policy.load.Severity.UNUSABLE;
import static dev.llmrouter.policy.load.Severity.WARNING;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in {@code models}. */
class ModelFaultsTest {
    static Stream<Fault> faults() {
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

    @ParameterizedTest
    @MethodSource("faults")
    void namesThePlaceTheFindingAndTheRemedy(Fault fault) {
        fault.isReported();
    }
}
