package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.Moments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nobody gets an answer to is judged by nobody, costs what nobody knows and has no time: no other series shows it. */
class FailureDriftTest {
    private static final DriftSettings SETTINGS = DriftSettings.ofDefaults();

    private static DriftReport report(SimulatedDays days) {
        return report(days.asOf(days.size() - 1));
    }

    private static DriftReport report(List<DaySums> days) {
        return DriftWatch.judge(
                days, List.of(), List.of(), Instant.parse("2026-11-26T10:00:00Z"), null, List.of(), SETTINGS);
    }

    @Test
    void aTierThatFailsMoreOftenAlarms() {
        SimulatedDays days =
                new SimulatedDays(1, 100, false).add(28, 0.92, 1).failing(0.15).add(7, 0.92, 1);

        assertThat(report(days).alarms()).singleElement().satisfies(alarm -> {
            assertThat(alarm.subject().id()).isEqualTo("failures/colour/cheap");
            assertThat(alarm.after().value()).isBetween(0.12, 0.18);
            assertThat(alarm.before().value()).isBetween(0.01, 0.03);
            assertThat(alarm.text())
                    .contains("nobody got a whole, usable answer to", "of the requests in the last 7 days");
            assertThat(alarm.actions()).first().asString().contains("llm_request", "time-out");
        });
    }

    @Test
    void itIsFoundWithinAFewDays() {
        int[] delays = IntStream.range(0, 20)
                .map(seed -> {
                    SimulatedDays days =
                            new SimulatedDays(seed, 100, true).add(35, 0.92, 1).failing(0.12);
                    for (int day = 1; day <= 28; day++) {
                        if (report(days.add(1, 0.92, 1)).alarms().stream()
                                .anyMatch(alarm -> alarm.subject().kind() == Kind.FAILURES)) {
                            return day;
                        }
                    }
                    return 99;
                })
                .sorted()
                .toArray();

        assertThat(delays[10]).as(Arrays.toString(delays)).isLessThanOrEqualTo(6);
    }

    /** Whoever is on call has seen these: a provider that is down is no drift of what it answers. */
    @Test
    void anOutageOfOneDayOrTwoIsNoDrift() {
        for (int length : new int[] {1, 2}) {
            SimulatedDays days = new SimulatedDays(2, 100, false)
                    .add(35, 0.92, 1)
                    .failing(0.7)
                    .add(length, 0.92, 1)
                    .failing(0.02);
            for (int day = 0; day < 35; day++) {
                assertThat(report(days).alarms())
                        .as("%d days, %d after", length, day)
                        .isEmpty();
                days.add(1, 0.92, 1);
            }
        }
    }

    /** Limits of a key refuse before anybody is chosen. */
    @Test
    void whatWasRefusedBeforeAnybodyWasChosenIsNobodysFailure() {
        List<DaySums> days = new ArrayList<>();
        for (int ago = 0; ago < SETTINGS.days(); ago++) {
            long refused = ago < SETTINGS.latestDays() ? 500 : 1;
            days.add(new DaySums(
                    ago,
                    "colour",
                    LedgerFilter.NONE,
                    refused,
                    refused,
                    0,
                    Moments.NONE,
                    0,
                    0,
                    0,
                    0,
                    Moments.NONE,
                    Moments.NONE,
                    0,
                    0,
                    0,
                    0));
        }

        assertThat(report(days).alarms()).isEmpty();
        assertThat(report(days).watched()).noneMatch(each -> each.subject().kind() == Kind.FAILURES);
    }
}
