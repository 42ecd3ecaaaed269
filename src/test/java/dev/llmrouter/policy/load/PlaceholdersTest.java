package dev.llmrouter.policy.load;

import static dev.llmrouter.policy.load.Sample.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
    private static final Placeholders VALUES = Placeholders.ofEnvironment(
                    Map.of("A", "one", "EMPTY", "", "B", "{{env:A}}"))
            .orElse(name -> name.equals("team.name") ? "search" : null);

    private static String resolved(String text) {
        return String.valueOf(PlaceholderText.resolve(text, VALUES).value());
    }

    @Test
    void takesValuesFromTheEnvironmentAndFromProperties() {
        assertThat(resolved("{{env:A}}")).isEqualTo("one");
        assertThat(resolved("{{team.name}}")).isEqualTo("search");
        assertThat(resolved("a {{env:A}} and {{ env:A }}, {{team.name}}")).isEqualTo("a one and one, search");
    }

    @Test
    void takesTheDefaultOnlyWhereThereIsNoValue() {
        assertThat(resolved("{{env:ABSENT:other}}")).isEqualTo("other");
        assertThat(resolved("{{env:A:other}}")).isEqualTo("one");
        assertThat(resolved("{{env:EMPTY:other}}")).isEmpty();
        assertThat(resolved("{{env:ABSENT:}}")).isEmpty();
        assertThat(resolved("{{base:https://example.com:8443/v1}}")).isEqualTo("https://example.com:8443/v1");
    }

    @Test
    void namesWhatHasNoValue() {
        assertThat(PlaceholderText.resolve("{{env:ABSENT}}", VALUES))
                .isEqualTo(new PlaceholderText.Resolved(null, "env:ABSENT"));
    }

    @Test
    void leavesTextAloneThatIsNoPlaceholder() {
        assertThat(resolved("{{}} {{a b}} {x} {{")).isEqualTo("{{}} {{a b}} {x} {{");
    }

    @Test
    void neverLooksIntoAValue() {
        assertThat(resolved("{{env:B}}")).isEqualTo("{{env:A}}");
        assertThat(resolved("{{env:ABSENT:$1\\x}}")).isEqualTo("$1\\x");
    }

    @Test
    void workInEveryKindOfValue() {
        String text = with("context: 128000", "context: \"{{env:CONTEXT:64000}}\"")
                .replace("protocol: openai", "protocol: \"{{env:PROTOCOL:openai}}\"")
                .replace("models: [large]", "models: [\"{{env:MODEL:large}}\"]\n    timeout: \"{{env:TIMEOUT:9s}}\"")
                .replace("asOf: 2026-07-02", "asOf: \"{{env:DAY:2026-07-03}}\"")
                .replace("margin: 0.05", "margin: \"{{env:MARGIN}}\"");
        PolicyCheck check = Sample.check(text);
        assertThat(check.problems()).as(check.text()).isEmpty();
        RoutingPolicy policy = check.orThrow();
        assertThat(policy.model("large").orElseThrow().context()).isEqualTo(64_000);
        assertThat(policy.tier("premium").orElseThrow().timeout()).hasSeconds(9);
        assertThat(policy.task("triage").orElseThrow().margin()).isEqualByComparingTo("0.03");
    }

    @Test
    void aValueIsDataAndNeverYaml() {
        PolicyCheck check = Sample.loader()
                .placeholders(name -> "a, b]\nbaseline: premium\nx: [")
                .build()
                .check(with("owner: team", "owner: \"{{env:X}}\"").replace("\"{{env:KEY}}\"", "\"\""), "p");
        assertThat(check.isUsable()).as(check.text()).isTrue();
        assertThat(check.orThrow().owner()).isEqualTo("a, b]\nbaseline: premium\nx: [");
    }

    @Test
    void messagesShowThePlaceholderAndNotItsValue() {
        PolicyCheck check = Sample.loader()
                .placeholders(name -> "hunter2")
                .build()
                .check(with("context: 128000", "context: \"{{env:CONTEXT}}\""), "p");
        assertThat(check.text())
                .contains("models.large.context is '{{env:CONTEXT}}'")
                .doesNotContain("hunter2");
        assertThat(check.json()).doesNotContain("hunter2");
    }
}
