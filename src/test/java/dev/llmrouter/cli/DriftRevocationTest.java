package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Evidence that an alarm of quality takes back, by the commands. */
class DriftRevocationTest {
    /** The evidence is 40 days old when quality falls. */
    private final Instant now = Instant.now().plus(Duration.ofDays(40));

    @TempDir
    private Path folder;

    private Path policy(String mode, String onDrift) throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: %s
                providers:
                  p: { protocol: simulator }
                models:
                  small: { provider: p, price: { input: 0.1, output: 0.1, asOf: 2026-07-02 } }
                  large: { provider: p, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  tickets:
                    tier: economy
                    description: Sort tickets.
                    rationale: Simple.
                    margin: 0.03
                    review: { qualityDrop: 0.05, minPerWeek: 100%s }
                """.formatted(mode, onDrift));
    }

    @BeforeEach
    void serveWellAndThenWorse() {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 35 * 40; i++) {
            boolean useless = i < 5 * 40 ? i % 2 == 0 : i % 20 == 0;
            rows.add(LedgerRow.of("d" + i, now.minus(Duration.ofDays(i / 40)))
                    .task("tickets")
                    .provider("p")
                    .tokens(1, 1)
                    .cost(5L, 10L)
                    .verify(useless ? "failed" : "passed")
                    .row());
        }
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
        }
    }

    private void validate(Path policy) throws Exception {
        assertThat(validate(policy, "ticket")).isZero();
    }

    /** @param kind tells samples apart */
    private int validate(Path policy, String kind) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            lines.append("{\"task\":\"tickets\",\"input\":\"" + kind + " number " + i + " about "
                    + Integer.toString(i * 7919, 26) + "\",\"outputs\":{\"large\":{\"score\":" + (i % 50 == 49 ? 0 : 1)
                    + "},\"small\":{\"score\":" + (i % 50 == 49 ? 0 : 1) + "}}}\n");
        }
        Path data = Files.writeString(folder.resolve("data.jsonl"), lines);
        return new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(new StringWriter()))
                .execute("--policy", policy.toString(), "--data", data.toString(), "--accept", "--by", "Ada");
    }

    private String audit(Path policy) {
        StringWriter out = new StringWriter();
        int code = new CommandLine(new AuditCommand(
                        Clock.fixed(now, ZoneOffset.UTC), Map.of("LLM_ROUTER_DATA", folder.toString())))
                .setOut(new PrintWriter(out))
                .execute("--policy", policy.toString(), "--revoke", "--fail-on", "none");
        assertThat(code).isZero();
        return out.toString();
    }

    private EvidenceCheck.Finding finding(Path file) throws Exception {
        RoutingPolicy policy = PolicyFile.loadWithoutSecrets(file, Clock.systemUTC());
        return EvidenceCheck.read(folder.resolve("evidence"))
                .finding(
                        policy,
                        policy.task("tickets").orElseThrow(),
                        List.of("small"),
                        LocalDate.ofInstant(now, ZoneOffset.UTC));
    }

    @Test
    void anAlarmOfQualityRevokesTheEvidenceOnceAndSaysSo() throws Exception {
        Path policy = policy("enforce", ", onDrift: premium");
        validate(policy);
        assertThat(finding(policy).state()).isEqualTo(EvidenceCheck.State.VALID);

        assertThat(audit(policy)).contains("the evidence of task 'tickets' was revoked");
        assertThat(finding(policy).state()).isEqualTo(EvidenceCheck.State.INVALID);
        assertThat(finding(policy).problems().toString()).contains("was not accepted: drift");
        assertThat(Files.readString(folder.resolve("evidence/tickets.json"))).contains("Revoked on ");
        assertThat(audit(policy)).contains("Its evidence is revoked");

        assertThat(validate(policy, "ticket")).as("the same answers").isEqualTo(1);
        assertThat(finding(policy).problems().toString()).contains("was not accepted: drift");
        assertThat(validate(policy, "new ticket")).isZero();
        assertThat(finding(policy).state()).isEqualTo(EvidenceCheck.State.VALID);
    }

    @Test
    void withoutThatWishEvidenceStays() throws Exception {
        Path policy = policy("enforce", "");
        validate(policy);

        assertThat(audit(policy)).contains("outputs were useful in").doesNotContain("revoked");
        assertThat(finding(policy).state()).isEqualTo(EvidenceCheck.State.VALID);
    }

    @Test
    void whereEvidenceDecidesNothingTheAlarmSaysThatItCannot() throws Exception {
        Path policy = policy("warn", ", onDrift: premium");
        validate(policy);

        assertThat(audit(policy)).contains("cannot be done: evidence does not decide");
        assertThat(finding(policy).state()).isEqualTo(EvidenceCheck.State.VALID);
    }
}
