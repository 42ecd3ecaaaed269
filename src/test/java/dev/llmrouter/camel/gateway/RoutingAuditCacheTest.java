package dev.llmrouter.camel.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RoutingAuditCacheTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    private final RoutingAuditCache cache = new RoutingAuditCache();

    @TempDir
    private Path folder;

    private LedgerSettings ledger;

    @BeforeEach
    void open() {
        ledger = LedgerSettings.embedded(folder);
        Ledger.open(ledger, System::nanoTime).close();
    }

    @AfterEach
    void close() {
        cache.close();
    }

    private static RoutingPolicy policy(String owner) {
        return PolicyLoader.builder(Clock.systemUTC()).build().load("""
                version: 1
                owner: %s
                baseline: premium
                evidence: off
                providers: { local: { protocol: simulator } }
                models: { small: { provider: local, context: 8000, price: unknown } }
                tiers: { premium: { models: [small] } }
                tasks: { sum: { tier: premium, description: d, rationale: r } }
                """.formatted(owner), "policy.yaml");
    }

    /** Asks until there is an answer: on a busy machine the first takes longer than anybody waits. */
    private RoutingAudit audit(RoutingPolicy policy, Instant now) {
        return audit(cache, policy, now);
    }

    private RoutingAudit audit(RoutingAuditCache of, RoutingPolicy policy, Instant now) {
        return Objects.requireNonNull(await().atMost(Duration.ofSeconds(30))
                .until(() -> of.get(ledger, policy, EvidenceCheck.none(), now), Objects::nonNull));
    }

    @Test
    void whatIsALittleOldIsGivenAtOnceWhileItIsWorkedOutAgain() {
        RoutingPolicy policy = policy("one");
        RoutingAudit first = audit(policy, NOW);
        assertThat(first.to()).isEqualTo(NOW);
        assertThat(audit(policy, NOW.plusSeconds(1))).isSameAs(first);

        Instant later = NOW.plusSeconds(3000);
        assertThat(audit(policy, later)).isSameAs(first);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(audit(policy, later).to()).isEqualTo(later));
    }

    @Test
    void whatIsOfLongAgoOrAnotherPolicyOrOfTheFutureIsNotShown() {
        RoutingPolicy one = policy("one");
        RoutingAudit first = audit(one, NOW);
        RoutingPolicy other = policy("other");
        assertThat(audit(other, NOW).owner()).isEqualTo("other");
        assertThat(audit(one, NOW)).isNotSameAs(first);
        assertThat(audit(one, NOW.plus(Duration.ofDays(1))).to()).isEqualTo(NOW.plus(Duration.ofDays(1)));
        assertThat(audit(one, NOW).to()).as("the clock was set back").isEqualTo(NOW);
    }

    @Test
    void whereThereAreTooManyRequestsAShorterTimeIsLookedAtOrNone() {
        Ledger writer = Ledger.open(ledger, System::nanoTime);
        writer.write(List.of(row("old-1", 40), row("old-2", 40), row("new-1", 2), row("new-2", 2)));
        writer.close();
        try (RoutingAuditCache two = new RoutingAuditCache(2);
                RoutingAuditCache one = new RoutingAuditCache(1);
                RoutingAuditCache none = new RoutingAuditCache(-1)) {
            assertThat(audit(two, policy("one"), NOW).from()).isEqualTo(NOW.minus(Duration.ofDays(30)));
            assertThat(audit(one, policy("one"), NOW).from()).isEqualTo(NOW.minus(Duration.ofDays(1)));
            assertThat(audit(cache, policy("one"), NOW).from()).isEqualTo(NOW.minus(RoutingAudit.USUAL));
            assertThat(none.get(ledger, policy("one"), EvidenceCheck.none(), NOW))
                    .isNull();
        }
    }

    private static RequestEntry row(String id, int daysAgo) {
        return LedgerRow.of(id, NOW.minus(Duration.ofDays(daysAgo)))
                .to("premium", "small")
                .took(800)
                .row();
    }
}
