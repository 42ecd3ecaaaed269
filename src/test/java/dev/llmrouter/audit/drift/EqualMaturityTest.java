package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.evaluate.AnsweredDrift;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Seven weeks of a task, 60 requests a day, all with feedback sooner or later. */
class EqualMaturityTest {
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");
    private static final Subject QUALITY = new Subject(Kind.QUALITY, "t", "economy");
    private static final int DAYS = 49;

    private final SplittableRandom random = new SplittableRandom(7);

    @TempDir
    private Path folder;

    private LedgerSettings settings;
    private Ledger ledger;

    @BeforeEach
    void open() {
        settings = LedgerSettings.embedded(folder);
        ledger = Ledger.open(settings, System::nanoTime);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    /** @param before share of useful outputs until {@code fellDaysAgo}, {@code after} from then on */
    private void fill(double before, double after, int fellDaysAgo, Duration complaints, Duration praise) {
        fill(day -> day < fellDaysAgo ? after : before, complaints, praise);
    }

    private void fill(IntToDoubleFunction quality, Duration complaints, Duration praise) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (int day = DAYS; day >= 0; day--) {
            for (int i = 0; i < 60; i++) {
                Instant at = NOW.minus(Duration.ofDays(day)).minus(Duration.ofMinutes(10L * i));
                String id = day + "-" + i;
                entries.add(
                        LedgerRow.of(id, at).task("t").to("economy", "small").row());
                boolean isUseful = random.nextDouble() < quality.applyAsDouble(day);
                Instant said = at.plus(isUseful ? praise : complaints);
                if (said.isBefore(NOW)) {
                    entries.add(new FeedbackEntry(
                            "f" + id, id, said.toEpochMilli(), isUseful, null, null, null, null, null));
                }
            }
        }
        ledger.write(entries);
    }

    private DriftReport asWindowsEndNow() throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings)) {
            LedgerDays days = reader.days();
            LedgerFilter filter = LedgerDays.latest(NOW, DriftWatch.days(DriftSettings.ofDefaults()));
            return DriftWatch.judge(
                    days.sums(filter), List.of(), List.of(), NOW, null, List.of(), DriftSettings.ofDefaults());
        }
    }

    private DriftReport watched() throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings)) {
            return DriftWatch.of(reader, NOW, null, List.of(), DriftSettings.ofDefaults());
        }
    }

    @Test
    void praiseThatHasNotComeYetIsNoFall() throws Exception {
        fill(0.9, 0.9, 0, Duration.ofHours(2), Duration.ofDays(7));

        assertThat(asWindowsEndNow().alarm(QUALITY)).as("the windows end now").isPresent();
        assertThat(watched().alarm(QUALITY)).isEmpty();
        assertThat(watched().watched())
                .filteredOn(each -> each.subject().equals(QUALITY))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.state()).isEqualTo(Watched.State.UNCERTAIN);
                    assertThat(each.text()).endsWith("people may complain sooner than they praise.");
                });
    }

    @Test
    void aFallShowsAsSoonAsItsPraiseIsDue() throws Exception {
        fill(0.95, 0.6, 17, Duration.ofHours(2), Duration.ofDays(7));

        assertThat(watched().alarm(QUALITY)).isPresent();
    }

    @Test
    void aFallOfWhatIsSaidAtOnceShowsWithinAWeek() throws Exception {
        fill(0.95, 0.6, 6, Duration.ofMinutes(5), Duration.ofMinutes(5));

        assertThat(watched().alarm(QUALITY)).isPresent();
    }

    /** The windows end earlier, the acceptance is of today: an old fall that has been answered since showed in them, and the new proof was revoked. */
    @Test
    void aFallThatHasBeenAnsweredSinceConfirmsNothing() throws Exception {
        RoutingPolicy policy = PolicyLoader.builder(Clock.systemUTC())
                .build()
                .check("""
                        version: 1
                        owner: test
                        baseline: premium
                        evidence: off
                        providers: { p: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" } }
                        models:
                          small: { provider: p, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                          large: { provider: p, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                        tiers: { economy: { models: [small] }, premium: { models: [large] } }
                        tasks: { t: { tier: economy, description: d, rationale: r } }
                        """, "policy.yaml")
                .orThrow();
        fill(day -> day <= 14 && day > 7 ? 0.3 : 0.9, Duration.ofHours(2), Duration.ofDays(7));
        LocalDate today = LocalDate.ofInstant(NOW, ZoneOffset.UTC);
        AnsweredDrift answered = new AnsweredDrift("t", today.minusDays(14), today.minusDays(7));
        try (LedgerReader reader = LedgerReader.open(settings)) {
            assertThat(DriftWatch.of(reader, NOW, policy, List.of(answered), DriftSettings.ofDefaults())
                            .alarm(QUALITY))
                    .isEmpty();
        }
    }

    /** What the rows were is gone: then nobody can tell when feedback came. */
    @Test
    void whereRowsAreDeletedAnAlarmStands() throws Exception {
        fill(0.9, 0.9, 0, Duration.ofHours(2), Duration.ofDays(7));
        ledger.forget(NOW.minus(Duration.ofDays(20)).toEpochMilli());

        assertThat(watched().alarm(QUALITY)).isPresent();
    }
}
