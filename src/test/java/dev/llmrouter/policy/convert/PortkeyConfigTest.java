package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Rule;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.convert.ForeignConfigs.From;
import dev.llmrouter.policy.load.PolicyLoader;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortkeyConfigTest {
    private static final LocalDate DAY = LocalDate.of(2026, 7, 2);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC);

    private static Converted convert(String json) {
        return ForeignConfigs.convert(From.PORTKEY, json, "config.json", DAY);
    }

    private static NotConvertibleException refused(String json) {
        return Objects.requireNonNull(catchThrowableOfType(NotConvertibleException.class, () -> convert(json)));
    }

    private static RoutingPolicy policy(Converted converted) {
        return Objects.requireNonNull(PolicyLoader.builder(CLOCK)
                .build()
                .check(converted.policy(), "policy.yaml")
                .policy());
    }

    /** Strategy and members of the tier main, with their weights where it is weighted. */
    private static String main(Converted converted) {
        Tier tier = policy(converted).tier("main").orElseThrow();
        return tier.strategy() + " "
                + tier.models().stream()
                        .map(member -> member.model()
                                + (tier.strategy() == Strategy.WEIGHTED
                                        ? "="
                                                + BigDecimal.valueOf(member.weight())
                                                        .stripTrailingZeros()
                                                        .toPlainString()
                                        : ""))
                        .collect(Collectors.joining(" "));
    }

    private static List<Map<String, String>> rules(Converted converted) {
        return policy(converted).rules().stream()
                .map((Rule rule) -> rule.when().metadata())
                .toList();
    }

    private static List<String> remarks(Converted converted) {
        return converted.remarks().stream()
                .map(remark -> remark.path() + ": " + remark.text())
                .toList();
    }

    private static String target(String provider, String model) {
        return "{ \"provider\": \"" + provider + "\", \"override_params\": { \"model\": \"" + model + "\" } }";
    }

    private static String inTurn(String... targets) {
        return "{ \"strategy\": { \"mode\": \"fallback\" }, \"targets\": [" + String.join(",\n", targets) + "] }";
    }

    private static String drawn(String... targets) {
        return "{ \"strategy\": { \"mode\": \"loadbalance\" }, \"targets\": [" + String.join(",\n", targets) + "] }";
    }

    private static String weighing(String weight, String target) {
        return "{ \"weight\": " + weight + "," + target.substring(1);
    }

    private static String conditional(String... queries) {
        return "{ \"strategy\": { \"mode\": \"conditional\", \"default\": \"a\", \"conditions\": ["
                + Arrays.stream(queries)
                        .map(query -> "{ \"query\": " + query + ", \"then\": \"b\" }")
                        .collect(Collectors.joining(",\n"))
                + "] }, \"targets\": [ { \"name\": \"a\", "
                + target("openai", "gpt-4o").substring(1)
                + ", { \"name\": \"b\", " + target("openai", "gpt-4o-mini").substring(1) + " ] }";
    }

    /** Prompts never go to another company than the one that the config names. */
    @ParameterizedTest
    @CsvSource({
        "vertex-ai, gemini-2.5-pro",
        "bedrock, claude-sonnet-4-5",
        "azure-ai, gpt-4o",
        "@vertex-eu, gemini-2.5-pro",
        "@my_bedrock, claude-sonnet-4-5",
        "@azure-prod-1, gpt-4o",
        "@openai-or-groq, gpt-4o",
        "openai, @vertex-eu/gemini-2.5-pro",
        "anthropic, @openai-eu/gpt-4o",
        "@my-openai, @vertex-eu/gemini-2.5-pro"
    })
    void whoeverCannotBeCalledIsLeftOutAndNotGuessedFromTheModel(String provider, String model) {
        Converted converted = convert(inTurn(target(provider, model), target("groq", "llama-4")));
        assertThat(main(converted)).isEqualTo("FAILOVER llama-4");
        assertThat(policy(converted).providers()).containsOnlyKeys("groq");
        assertThat(remarks(converted)).anyMatch(text -> text.startsWith("targets[0]: ") && text.contains("provider"));
        assertThat(refused(inTurn(target(provider, model))).remarks()).isNotEmpty();
    }

    @Test
    void aProviderThatNobodyNamesIsTakenFromTheModelWithARemark() {
        Converted converted = convert(inTurn(
                target("@team-blue", "gpt-4o"),
                target("@anthropic-eu", "claude-sonnet-5"),
                "{ \"override_params\": { \"model\": \"gemini-2.5-pro\" } }"));
        assertThat(main(converted)).isEqualTo("FAILOVER gpt-4o claude-sonnet-5 gemini-2.5-pro");
        assertThat(remarks(converted))
                .contains(
                        "targets[0]: is taken to be of 'openai' because of the model's name: check it, for prompts go there",
                        "targets[1]: is taken to be of 'anthropic' because of the account's name: check it, for prompts go there",
                        "targets[2]: is taken to be of 'gemini' because of the model's name: check it, for prompts go there");
        assertThat(remarks(convert(inTurn(target("openai", "gpt-4o")))))
                .noneMatch(text -> text.contains("is taken to be"));
    }

    @Test
    void aVirtualKeyOfAnotherKindIsLeftOut() {
        Converted converted = convert(inTurn(
                "{ \"virtual_key\": \"azure-prod-1\", \"override_params\": { \"model\": \"gpt-4o\" } }",
                "{ \"virtual_key\": \"openai-backup\", \"override_params\": { \"model\": \"gpt-4o\" } }"));
        assertThat(main(converted)).isEqualTo("FAILOVER gpt-4o");
        assertThat(converted.policy()).contains("api.openai.com");
        assertThat(converted.policy() + remarks(converted)).doesNotContain("azure-prod-1", "openai-backup");
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("targets[0]: its virtual key is called after"))
                .anyMatch(text -> text.startsWith("targets[1].virtual_key: ") && text.endsWith(" OPENAI_API_KEY"));
    }

    @Test
    void eachAccountIsAProviderWithAVariableOfItsOwn() {
        Converted converted = convert(drawn(
                weighing("0.3", target("@openai-eu", "gpt-4o")),
                weighing("0.4", target("anthropic", "claude-sonnet-4-5")),
                weighing("0.3", target("@openai-us", "gpt-4o")),
                weighing(
                        "0.5", "{ \"virtual_key\": \"openai-us\", \"override_params\": { \"model\": \"gpt-4.1\" } }")));
        assertThat(main(converted)).isEqualTo("WEIGHTED gpt-4o=0.3 claude-sonnet-4-5=0.4 gpt-4o-2=0.3 gpt-4.1=0.5");
        RoutingPolicy policy = policy(converted);
        assertThat(policy.model("gpt-4o").orElseThrow().provider())
                .isNotEqualTo(policy.model("gpt-4o-2").orElseThrow().provider());
        assertThat(policy.model("gpt-4.1").orElseThrow().provider())
                .isEqualTo(policy.model("gpt-4o-2").orElseThrow().provider());
        assertThat(converted.policy())
                .containsOnlyOnce("{{env:OPENAI_API_KEY}}")
                .containsOnlyOnce("{{env:OPENAI_API_KEY_2}}");
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("targets[0].provider: ") && text.endsWith(" as OPENAI_API_KEY"))
                .anyMatch(text -> text.startsWith("targets[2].provider: ") && text.endsWith(" as OPENAI_API_KEY_2"));
    }

    @Test
    void anAccountBesideAKeyIsNotPassedOver() {
        Converted converted = convert(inTurn("{ \"virtual_key\": \"vk-1\", \"api_key\": \"sk-clear\", "
                + target("openai", "gpt-4o").substring(1)));
        assertThat(remarks(converted))
                .contains("targets[0].virtual_key: is known to Portkey only: not taken over")
                .anyMatch(text -> text.startsWith("targets[0].api_key: ") && text.endsWith(" as OPENAI_API_KEY"));
        assertThat(converted.policy() + remarks(converted)).doesNotContain("vk-1", "sk-clear");
        assertThat(refused(inTurn(target("@ollama", "llama-4"))).remarks())
                .anyMatch(remark -> remark.text().contains("no custom_host"));
        assertThat(refused(inTurn(target("openai", "gpt-4o").replace("\"openai\"", "[\"vertex-ai\"]")))
                        .remarks())
                .anyMatch(remark -> remark.text().contains("no single name"));
    }

    @Test
    void weightsOfTheSameModelAreAdded() {
        Converted converted = convert(drawn(
                weighing("0.3", target("openai", "gpt-4o")),
                weighing("0.4", target("anthropic", "claude-sonnet-4-5")),
                weighing("0.3", target("openai", "gpt-4o"))));
        assertThat(main(converted)).isEqualTo("WEIGHTED gpt-4o=0.6 claude-sonnet-4-5=0.4");
        assertThat(remarks(converted)).anyMatch(text -> text.startsWith("targets[2]: asks 'gpt-4o'"));
        assertThat(remarks(convert(inTurn(target("openai", "gpt-4o"), target("openai", "gpt-4o")))))
                .anyMatch(text -> text.startsWith("targets[1]: asks 'gpt-4o' once more"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"$ne\": \"free\", \"$eq\": \"paid\" }",
                "{ \"$eq\": \"paid\", \"$ne\": \"free\" }",
                "{ \"$gt\": 5, \"$eq\": \"7\" }",
                "{ \"$nin\": [\"x\"], \"$in\": [\"p\", \"q\"] }",
                "{ \"$eq\": \"one\", \"$in\": [\"two\"] }",
                "{ \"$in\": [\"one\", null] }",
                "{ \"$eq\": [\"one\"] }",
                "{ \"$in\": [] }",
                "{}",
                "[]",
                "\"\""
            })
    void aTestThatCannotBeSaidWholeIsLeftOutWithARemark(String test) {
        Converted converted = convert(conditional("{ \"metadata.plan\": " + test + " }"));
        assertThat(rules(converted)).isEmpty();
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("strategy.conditions[0].query.metadata.plan: "));
    }

    @Test
    void severalOperatorsHoldTogether() {
        assertThat(rules(convert(conditional(
                        "{ \"metadata.plan\": { \"$in\": [\"a\", \"b\", \"c\"], \"$eq\": \"b\" } }",
                        "{ \"metadata.plan\": { \"$in\": [\"d\", \"e\"] } }"))))
                .containsExactly(Map.of("plan", "b"), Map.of("plan", "d"), Map.of("plan", "e"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ \"$and\": [] }",
                "{ \"$or\": [] }",
                "{ \"$and\": [{}] }",
                "\"metadata.plan\"",
                "{ \"$and\": [ { \"metadata.plan\": \"a\" }, { \"metadata.plan\": \"b\" } ] }"
            })
    void aQueryThatTestsNothingOrNeverHoldsIsLeftOutWithARemark(String query) {
        Converted converted = convert(conditional(query));
        assertThat(rules(converted)).isEmpty();
        assertThat(remarks(converted)).anyMatch(text -> text.startsWith("strategy.conditions[0].query"));
    }

    private static String keys(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{ \"metadata.k" + i + "\": { \"$in\": [\"a\", \"b\"] } }")
                .collect(Collectors.joining(", ", "{ \"$and\": [", "] }"));
    }

    @Test
    void combinationsAreAllThereOrNone() {
        assertThat(rules(convert(conditional(keys(9))))).hasSize(512);
        Converted converted = convert(conditional(keys(10)));
        assertThat(rules(converted)).isEmpty();
        assertThat(remarks(converted)).anyMatch(text -> text.contains("more than 1000 combinations"));
        String values = IntStream.range(0, 1001).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));
        Converted listed = convert(conditional("{ \"metadata.k\": { \"$in\": [" + values + "] } }"));
        assertThat(rules(listed)).isEmpty();
        assertThat(remarks(listed)).anyMatch(text -> text.contains("more than 1000 combinations"));
    }

    @Test
    void aFallbackInsideOfALoadBalanceHasItsShareOnce() {
        Converted converted = convert(drawn(
                weighing(
                        "1",
                        inTurn(target("openai", "gpt-4o"), target("openai", "gpt-4.1"), target("openai", "gpt-5"))),
                weighing("1", target("anthropic", "claude-sonnet-4-5"))));
        assertThat(main(converted)).isEqualTo("WEIGHTED gpt-4o=1 claude-sonnet-4-5=1 gpt-4.1=0.000001 gpt-5=0.000001");
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("targets: of a fallback inside of a load balance")
                        && text.contains("'gpt-4.1', 'gpt-5'"));
        assertThat(main(convert(drawn(inTurn(target("openai", "gpt-4o"), target("openai", "gpt-5"))))))
                .isEqualTo("FAILOVER gpt-4o gpt-5");
    }

    @Test
    void aLoadBalanceInsideOfAFallbackKeepsItsWeights() {
        Converted converted = convert(inTurn(
                drawn(
                        weighing("1", target("openai", "gpt-4o")),
                        weighing("9", target("anthropic", "claude-sonnet-4-5"))),
                target("openai", "gpt-5")));
        assertThat(main(converted)).isEqualTo("WEIGHTED gpt-4o=1 claude-sonnet-4-5=9 gpt-5=0.000001");
        assertThat(remarks(converted))
                .anyMatch(text -> text.startsWith("targets: a load balance that others stand behind"));
        Converted last = convert(inTurn(
                target("openai", "gpt-5"),
                drawn(
                        weighing("1", target("openai", "gpt-4o")),
                        weighing("9", target("anthropic", "claude-sonnet-4-5")))));
        assertThat(main(last)).isEqualTo("FAILOVER gpt-5 gpt-4o claude-sonnet-4-5");
        assertThat(remarks(last)).anyMatch(text -> text.startsWith("targets[1]: a load balance behind other targets"));
    }

    @Test
    void sharesOfALoadBalanceInsideOfAnotherAreMultiplied() {
        Converted converted = convert(drawn(
                weighing(
                        "2",
                        drawn(
                                weighing("3", target("openai", "gpt-4o")),
                                weighing("1", target("anthropic", "claude-sonnet-4-5")))),
                weighing("2", target("openai", "gpt-5"))));
        assertThat(main(converted)).isEqualTo("WEIGHTED gpt-4o=1.5 claude-sonnet-4-5=0.5 gpt-5=2");
        assertThat(remarks(converted)).anyMatch(text -> text.endsWith("'gpt-4o' 1.5, 'claude-sonnet-4-5' 0.5"));
    }

    @Test
    void weightsThatAPolicyCannotHaveKeepTheirRatio() {
        assertThat(main(convert(drawn(
                        weighing("8000000", target("openai", "gpt-4o")),
                        weighing("2000000", target("openai", "gpt-5"))))))
                .isEqualTo("WEIGHTED gpt-4o=1000000 gpt-5=250000");
    }

    @Test
    void jsonMayHaveTabs() {
        String json = "{\n\t\"strategy\":\t{\n\t\t\"mode\": \"fallback\"\t},\n\t\"targets\": [\n\t\t"
                + target("openai", "gpt-4o") + "\t,\n\t\t{ \"provider\": \"openai\", \"cache\": {} }\n\t]\n}\n";
        Converted converted = convert(json);
        assertThat(main(converted)).isEqualTo("FAILOVER gpt-4o");
        assertThat(converted.remarks()).anySatisfy(remark -> {
            assertThat(remark.path()).isEqualTo("targets[1]");
            assertThat(remark.line()).isEqualTo(6);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-999999999", "1e999999999", "1e-99999999999999", "1e15", "1e-31"})
    void aNumberThatNobodyMeansIsNamed(String weight) {
        assertThatThrownBy(() -> convert(
                        drawn(weighing(weight, target("openai", "gpt-4o")), weighing("1", target("openai", "gpt-5")))))
                .isInstanceOf(NotConvertibleException.class)
                .hasMessage("line 1: targets[0].weight is " + weight
                        + "; allowed are numbers below 10^15 with at most 30 decimal places. Write one that is meant.");
    }

    @Test
    void whatIsNoNumberIsNotPassedOver() {
        Converted converted = convert(
                drawn(weighing("\"much\"", target("openai", "gpt-4o")), weighing("1e-30", target("openai", "gpt-5"))));
        assertThat(remarks(converted)).contains("targets[0].weight: has no counterpart");
        Converted retried = convert("{ \"retry\": { \"attempts\": 4294967296 }, \"request_timeout\": 0.5, "
                + target("openai", "gpt-4o").substring(1));
        assertThat(retried.policy()).contains("maxAttempts: 20", "timeouts: { headers: 1ms");
    }

    @Test
    void aValueThatIsNoTextHasARemark() {
        Converted converted = convert(conditional(
                "{ \"metadata.beta\": { \"$eq\": true } }", "{ \"metadata.level\": { \"$in\": [3, \"4\"] } }"));
        assertThat(rules(converted)).hasSize(3);
        assertThat(remarks(converted))
                .contains("strategy.conditions[0].query.metadata.beta.$eq: is no text, and rules look at metadata that"
                        + " is text alone: callers must write \"true\" with quotes")
                .filteredOn(text -> text.contains("is no text"))
                .hasSize(2);
    }

    @Test
    void targetsThatAreNullAreNotThere() {
        Converted converted =
                convert("{ \"targets\": null, " + target("openai", "gpt-4o").substring(1));
        assertThat(main(converted)).isEqualTo("FAILOVER gpt-4o");
    }
}
