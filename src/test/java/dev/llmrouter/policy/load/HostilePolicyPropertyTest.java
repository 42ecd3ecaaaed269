package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a file holds: an answer in bounded time, either a policy or at least one problem with its place. */
class HostilePolicyPropertyTest {
    private static final Duration BOUND = Duration.ofSeconds(5);

    private static final List<String> LINES = Sample.POLICY.lines().toList();

    static PolicyCheck answered(String text) {
        PolicyCheck check = assertTimeout(BOUND, () -> Sample.check(text));
        long lines = text.lines().count();
        assertThat(check.isUsable() || !check.problems().isEmpty()).isTrue();
        assertThat(check.problems().stream().limit(Problems.MAX_KEPT)).isSorted();
        assertThat(check.problems())
                .hasSizeLessThanOrEqualTo(Problems.MAX_KEPT + 1)
                .allSatisfy(problem -> {
                    assertThat(problem.line()).isBetween(1, (int) Math.max(1, lines + 1));
                    assertThat(problem.column()).isPositive();
                    assertThat(problem.message().length()).isLessThan(5_000);
                    assertThat(problem.message().chars()).noneMatch(Character::isISOControl);
                });
        assertThat(check.text()).isNotNull();
        assertThat(check.json()).isNotEmpty();
        return check;
    }

    @Property(tries = 500)
    void anyText(@ForAll String text) {
        answered(text);
    }

    @Property(tries = 1_000)
    void textOfYamlParts(@ForAll("yamlParts") String text) {
        answered(text);
    }

    @Provide
    Arbitrary<String> yamlParts() {
        Arbitrary<String> part = Arbitraries.of(
                "version: 1\n",
                "models:\n",
                "tiers:",
                "tasks: ",
                "rules: ",
                "- ",
                "  ",
                "\n",
                ": ",
                "? ",
                "{",
                "}",
                "[",
                "]",
                ",",
                "&a ",
                "*a",
                "!!map ",
                "!<tag:x> ",
                "|\n",
                ">-\n",
                "'",
                "\"",
                "#",
                "%YAML 1.2\n",
                "---\n",
                "...\n",
                "<<: ",
                "{{env:KEY}}",
                "{{",
                "1e999",
                "-0",
                "\u0000",
                "\uD800",
                "\uFEFF",
                "\t",
                "~",
                "a",
                "\\x");
        return part.list().ofMaxSize(60).map(parts -> String.join("", parts));
    }

    @Property(tries = 400)
    void theSampleCutAnywhere(@ForAll @IntRange(min = 0, max = 1_200) int end) {
        answered(Sample.POLICY.substring(0, Math.min(end, Sample.POLICY.length())));
    }

    @Property(tries = 500)
    void theSampleWithACharacterReplaced(@ForAll @IntRange(min = 0, max = 1_100) int at, @ForAll char c) {
        String text = Sample.POLICY;
        int index = at % text.length();
        answered(text.substring(0, index) + c + text.substring(index + 1));
    }

    @Property(tries = 500)
    void theSampleWithAValueReplaced(@ForAll @IntRange(min = 0, max = 60) int line, @ForAll("values") String value) {
        int index = line % LINES.size();
        String text = IntStream.range(0, LINES.size())
                .mapToObj(i -> i == index ? LINES.get(i).replaceFirst(":.*", "") + ": " + value : LINES.get(i))
                .collect(Collectors.joining("\n"));
        answered(text);
    }

    @Provide
    Arbitrary<String> values() {
        return Arbitraries.of(
                "",
                "~",
                "null",
                "[]",
                "{}",
                "[[]]",
                "{a: {b: c}}",
                "-1",
                "1e99",
                "1e-99",
                "9".repeat(500),
                "0x10",
                ".nan",
                ".inf",
                "2026-13-45",
                "+999999999-12-31",
                "1_000",
                "99999999999h",
                "yes",
                "true",
                "\"\\uD800\"",
                "\"\\0\"",
                "'{{env:KEY}}'",
                "'{{env:NO}}'",
                "[a, 1, true, ~, [], {}]",
                "{ model: small, weight: 1e9 }",
                "a".repeat(5_000));
    }

    @Property(tries = 200)
    void faultsAtOnceAreAllReported(@ForAll @IntRange(min = 1, max = 1_023) int faults) {
        String[][] changes = {
            {"owner: team", "ownr: team", "ownr"},
            {"baseline: premium", "baseline: none", "baseline"},
            {"context: 128000", "context: x", "models.large.context"},
            {"[tools, json-schema]", "[toools]", "models.large.capabilities[0]"},
            {"models: [large]", "models: [larg]", "tiers.premium.models[0]"},
            {"tier: economy", "tier: econmy", "tasks.triage.tier"},
            {"description: What should we do?", "descripton: x", "tasks.advice.descripton"},
            {"keywords: [queue, ticket]", "keyword: [queue]", "rules[0].when.keyword"},
            {"task: advice", "task: advise", "rules[1].task"},
            {"evidence: warn", "evidence: warn2", "evidence"},
        };
        String text = Sample.POLICY;
        for (int i = 0; i < changes.length; i++) {
            text = (faults & 1 << i) == 0 ? text : text.replace(changes[i][0], changes[i][1]);
        }
        List<String> expected = IntStream.range(0, changes.length)
                .filter(i -> (faults & 1 << i) != 0)
                .mapToObj(i -> changes[i][2])
                .toList();
        assertThat(answered(text).problems()).extracting(Problem::path).containsAll(expected);
    }
}
