package dev.llmrouter.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where anything is saved, a proof is asked for. */
class CheaperTierTest {
    private static RoutingPolicy policy(String price, String tier) {
        return PolicyLoader.builder(Clock.systemUTC()).build().load("""
                version: 1
                owner: test
                baseline: premium
                providers:
                  p: { protocol: openai, baseUrl: "https://api.example.com/v1", apiKey: x }
                models:
                  large: { provider: p, price: { input: 2.5, output: 10, batch: 0.5, asOf: 2026-07-02 } }
                  other: { provider: p, price: { %s, asOf: 2026-07-02 } }
                tiers:
                  premium: { models: [large] }
                  second: { %s }
                tasks:
                  form: { tier: second, description: d, rationale: r }
                """.formatted(price, tier), "test");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            input: 1, output: 15                                        | models: [other]               | true
            input: 5, output: 9                                         | models: [other]               | true
            input: 2.5, output: 10                                      | models: [other]               | false
            input: 3, output: 15                                        | models: [other]               | false
            input: 3, output: 15, batch: 0.3 | models: [other]               | false
            input: 3, output: 15, batch: 0.3 | 'models: [other], batch: {}'  | true
            input: 2.5, output: 10                                      | 'models: [large], batch: {}'  | false
            """)
    void aTierIsCheaperWhereSomeRequestIs(String price, String tier, boolean isCheaper) {
        RoutingPolicy policy = policy(price, tier);

        assertThat(policy.isCheaperThanBaseline(policy.tier("second").orElseThrow()))
                .isEqualTo(isCheaper);
    }
}
