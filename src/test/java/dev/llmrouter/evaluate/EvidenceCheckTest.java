package dev.llmrouter.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.load.PolicyLoader;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EvidenceCheckTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 25);
    private static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            providers:
              p: { protocol: openai, baseUrl: "http://localhost:1", apiKey: x }
            models:
              big: { provider: p, price: unknown }
              small: { provider: p, price: unknown }
            tiers:
              economy: { models: [small] }
              premium: { models: [big] }
            tasks:
              t:
                tier: economy
                description: Sort tickets.
                rationale: Simple enough.
                margin: 0.03
                premiumWhen: [ { languageNotIn: [en, de, fr], tokensOver: 5 } ]
                verify: { oneOf: [a, b] }
            """;

    @TempDir
    Path dir;

    private static RoutingPolicy policy() {
        Clock clock = Clock.fixed(TODAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
        return PolicyLoader.builder(clock).build().load(POLICY, "policy.yaml");
    }

    private static Task task() {
        return policy().task("t").orElseThrow();
    }

    private EvidenceCheck.Finding finding(LocalDate day, String... models) throws Exception {
        return EvidenceCheck.read(dir).finding(policy(), task(), List.of(models), day);
    }

    private void accept(double alpha) throws Exception {
        accept(alpha, 0.03);
    }

    private void accept(double alpha, double margin) throws Exception {
        Path data = dir.resolve("data.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            lines.append("{\"task\":\"t\",\"input\":\"ticket ")
                    .append(i)
                    .append("\",\"outputs\":{\"big\":{\"score\":1},\"small\":{\"score\":1}}}\n");
        }
        Files.writeString(data, lines);
        Terms terms = new Terms("big", List.of("small"), margin, null);
        Settings settings =
                new Settings(null, Map.of("t", terms), alpha, Correction.HOLM, false, List.of(), null, null);
        new EvidenceBook(dir, policy(), Map.of(), "Ada", TODAY, "test")
                .enter(Validation.run(data, settings, bad -> {}));
    }

    @Test
    void knowsTheFourStates() throws Exception {
        assertThat(finding(TODAY, "small").state()).isEqualTo(EvidenceCheck.State.MISSING);
        accept(0.05);
        EvidenceCheck.Finding valid = finding(TODAY.plusDays(90), "small");
        assertThat(valid.state()).isEqualTo(EvidenceCheck.State.VALID);
        assertThat(valid.id()).hasSize(12);
        assertThat(valid.until()).isEqualTo(TODAY.plusDays(90));
        assertThat(finding(TODAY.plusDays(91), "small").state()).isEqualTo(EvidenceCheck.State.EXPIRED);
        assertThat(finding(TODAY, "small", "tiny").state()).isEqualTo(EvidenceCheck.State.MISSING);
        Files.writeString(EvidenceFile.path(dir, "t"), "{}");
        assertThat(finding(TODAY, "small").state()).isEqualTo(EvidenceCheck.State.INVALID);
    }

    /** A clock that was wrong when it was accepted would make it hold for years. */
    @Test
    void evidenceThatExpiresTooLateIsNotValid() throws Exception {
        accept(0.05);
        assertThat(finding(TODAY.minusDays(1), "small").state()).isEqualTo(EvidenceCheck.State.VALID);
        EvidenceCheck.Finding later = finding(TODAY.minusDays(2), "small");
        assertThat(later.state()).isEqualTo(EvidenceCheck.State.INVALID);
        assertThat(later.problems()).anyMatch(problem -> problem.contains("was a clock wrong"));
    }

    @Test
    void aLaxErrorLevelDoesNotCount() throws Exception {
        accept(0.2);
        assertThat(finding(TODAY, "small").problems()).anyMatch(p -> p.contains("error level"));
    }

    @ParameterizedTest
    @CsvSource({"0.6, false", "0.11, false", "0.1, true"})
    void withoutAMarginInThePolicyEvidenceCountsUpToTenPoints(double margin, boolean isValid) throws Exception {
        accept(0.05, margin);
        Clock clock = Clock.fixed(TODAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
        RoutingPolicy without =
                PolicyLoader.builder(clock).build().load(POLICY.replace("    margin: 0.03\n", ""), "policy.yaml");
        EvidenceCheck.Finding finding =
                EvidenceCheck.read(dir).finding(without, without.task("t").orElseThrow(), List.of("small"), TODAY);
        assertThat(finding.state() == EvidenceCheck.State.VALID).isEqualTo(isValid);
        assertThat(finding.problems().stream().anyMatch(p -> p.contains("states no margin")))
                .isNotEqualTo(isValid);
    }

    /** Read whole, it took the memory of the gateway's process. */
    @Test
    void aFileThatIsTooLargeToBeEvidenceIsNotRead() throws Exception {
        accept(0.05);
        try (RandomAccessFile large =
                new RandomAccessFile(EvidenceFile.path(dir, "t").toFile(), "rw")) {
            large.setLength(700_000_000);
        }
        EvidenceCheck.Finding finding = finding(TODAY, "small");
        assertThat(finding.state()).isEqualTo(EvidenceCheck.State.INVALID);
        assertThat(finding.problems())
                .anyMatch(problem -> problem.contains("has 700,000,000 bytes, and evidence at most 16,777,216"));
    }

    @Test
    void oneBrokenFileLeavesTheOthersAlone() throws Exception {
        accept(0.05);
        Files.writeString(dir.resolve("other.json"), "{oops");
        assertThat(finding(TODAY, "small").state()).isEqualTo(EvidenceCheck.State.VALID);
    }

    /** Sets of a policy have another order in every process; the hash must not. */
    @Test
    void theDefinitionHashIsTheSameInEveryProcess() {
        assertThat(TaskDefinition.hash(task())).isEqualTo("bf93c2c689d2");
    }

    /** A check that came later is part of what a proof is about; see theDefinitionHash for tasks without one. */
    @ParameterizedTest
    @ValueSource(strings = {"second: { model: big }", "noRefusal: true"})
    void anotherCheckMakesItAnotherTask(String check) {
        assertThat(TaskDefinition.hash(task(check))).isNotEqualTo(TaskDefinition.hash(task()));
    }

    @Test
    void aCheckThatIsSwitchedOffIsNone() {
        assertThat(TaskDefinition.hash(task("noRefusal: false"))).isEqualTo(TaskDefinition.hash(task()));
    }

    private static Task task(String check) {
        Clock clock = Clock.fixed(TODAY.atStartOfDay().toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
        return PolicyLoader.builder(clock)
                .build()
                .load(POLICY.replace("oneOf: [a, b]", "oneOf: [a, b], " + check), "policy.yaml")
                .task("t")
                .orElseThrow();
    }

    @Test
    void theProbabilityOfANetBenefitIsAPosterior() {
        // nothing seen: Jeffreys' prior is symmetric; 97 of 100 the same, 3 lost: about 1 in 20
        assertThat(NetBenefit.probabilityAbove(new PairedOutcomes(), 0)).isBetween(0.48, 0.52);
        assertThat(NetBenefit.probabilityAbove(PairedOutcomes.ofCounts(97, 0, 3, 0), 0))
                .isBetween(0.01, 0.08);
        assertThat(NetBenefit.probabilityAbove(PairedOutcomes.ofCounts(97, 0, 3, 0), -0.1))
                .isGreaterThan(0.99);
    }

    /** It tested premiumWhen on another input than the gateway, and may have lifted every example. */
    @Test
    void aProofOfAnOlderVersionLapsesWhereTheTaskHasConditions() throws Exception {
        accept(0.05);
        Path file = EvidenceFile.path(dir, "t");
        Proof proof = EvidenceFile.read(file).proof("small").orElseThrow();
        assertThat(proof.definition())
                .isEqualTo(TaskDefinition.compared(task()))
                .isNotEqualTo(TaskDefinition.hash(task()));
        assertThat(proof.isAbout(task())).isTrue();
        Task plain = PolicyLoader.builder(Clock.systemUTC())
                .build()
                .load(POLICY.replaceAll("(?m)^ *premiumWhen.*$", ""), "policy.yaml")
                .task("t")
                .orElseThrow();
        assertThat(TaskDefinition.compared(plain)).isEqualTo(TaskDefinition.hash(plain));

        String older = Files.readString(file).replace(TaskDefinition.compared(task()), TaskDefinition.hash(task()));
        EvidenceFile.of("t", EvidenceFile.read(Files.writeString(file, older)).models())
                .write(dir);
        EvidenceCheck.Finding finding = finding(TODAY, "small");
        assertThat(finding.state()).isEqualTo(EvidenceCheck.State.INVALID);
        assertThat(finding.problems())
                .singleElement()
                .asString()
                .contains("an older version", "premiumWhen", "run validate --accept again");
    }
}
