package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is printed shows the place of a fault, and never a key, a header value or a line that is none. */
class ProblemPrinterTest {
    private static final String KEY = "apiKey: \"{{env:KEY}}\"";

    @Test
    void pointsAtThePlaceInTheLine() {
        String text = Sample.check(Sample.with("tier: economy", "tier: econmy")).text();
        assertThat(text)
                .contains("policy.yaml:30:11: unusable: tasks.triage.tier names the tier 'econmy'")
                .contains("   30 |     tier: econmy\n      |           ^\n");
    }

    /** Each has a fault beside the secret, so that the line of the secret, or the one after it, would be shown. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "apiKey: hunter2",
                "apiKey: a,hunter2\n    apiKey: 'it''s,hunter2'",
                "apiKey: \"a\\\"hunter2\"\n    apiKey: \"a\\\"hunter2\"",
                "apiKey: >-\n      hunter2",
                "apiKey: \"{{env:ABSENT:hunter2}}\"\n    apiKey: \"{{env:ABSENT:hunter2}}\"",
                "headers: { X-Custom: hunter2, Host: a }",
                "headers:\n      X-Custom: hunter2\n      X-Custom: hunter2",
                "headers:\n      X-Custom: &a hunter2",
                "timeouts: { idl: 1s }\n    query: { code: hunter2, code: hunter2 }",
                "nonsense: 1\n    baseUrl: https://user:hunter2@example.com",
                "proxy: me:hunter2@gate.example:3128",
                "proxy: http://me:hun/hunter2@gate.example:3128",
                "proxy: { host: gate.example, word: hunter2 }",
                "proxy: >-\n      me:hunter2@gate.example:3128",
                "proxy: \"{{env:ABSENT:http://me:hunter2@gate.example}}\"",
            })
    void neverShowsASecret(String replacement) {
        PolicyCheck check = Sample.check(Sample.with(KEY, replacement));
        assertThat(check.problems()).isNotEmpty();
        assertThat(check.text()).doesNotContain("hunter2");
        assertThat(check.json()).doesNotContain("hunter2");
        assertThat(check).asString().doesNotContain("hunter2");
    }

    @Test
    void showsAPlaceholderForAKeyWithItsLine() {
        assertThat(ProblemPrinter.masked("openai: { apiKey: \"{{env:KEY}}\", protcol: openai }"))
                .isEqualTo("openai: { apiKey: \"{{env:KEY}}\", protcol: openai }");
    }

    @Test
    void masksTheLineFromTheFirstLiteralKeyOn() {
        assertThat(ProblemPrinter.masked("openai: { apiKey: abc, protocol: openai }"))
                .isEqualTo("openai: { apiKey: ***");
    }

    @Test
    void leavesKeywordsReadable() {
        String line = "  - { id: a, when: { keywords: [pay, tokens], tokensOver: 5 }, task: b }";
        assertThat(ProblemPrinter.masked(line)).isEqualTo(line);
    }

    /** A name with a line feed in it must not look like a line of the log. */
    @ParameterizedTest
    @ValueSource(strings = {"a\\tb\\n[INFO] forged", "a\\u2028[INFO] forged", "a\\e[31mred"})
    void neverPrintsALineThatAFileForged(String name) {
        PolicyCheck inModels = Sample.check(Sample.with("  small:\n", "  \"" + name + "\":\n"));
        PolicyCheck atTheTop = Sample.check(Sample.with("owner: team", "\"" + name + "\": team"));
        for (PolicyCheck check : new PolicyCheck[] {inModels, atTheTop}) {
            assertThat(check.isUsable()).isFalse();
            assertThat(check.problems())
                    .extracting(Problem::message)
                    .allSatisfy(message ->
                            assertThat(message.chars()).noneMatch(c -> Character.isISOControl(c) || c == '\u2028'));
            assertThat(check.text().lines()).noneMatch(line -> line.startsWith("[INFO]"));
        }
    }

    @Test
    void givesMachinesTheSameAsPeople() {
        assertThat(Sample.check(Sample.with("tier: economy", "tier: econmy")).json())
                .contains("\"usable\" : false", "\"path\" : \"tasks.triage.tier\"", "\"line\" : 30", "\"hash\" : null");
    }
}
