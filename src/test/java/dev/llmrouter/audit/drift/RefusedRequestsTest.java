package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.Moments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that are refused before anybody looks for their task are no kind of input. Issue 7, 7. */
class RefusedRequestsTest {
    private static final DriftSettings SETTINGS = DriftSettings.ofDefaults();

    private static DaySums day(int ago, String task, String tier, long requests) {
        return new DaySums(
                ago, task, tier, requests, 0, 0, Moments.NONE, 0, 0, 0, 0, Moments.NONE, Moments.NONE, 0, 0, 0, 0);
    }

    /** In the last 7 days as many more requests as there are others. */
    private static List<Kind> alarms(String task, String tier) {
        List<DaySums> days = new ArrayList<>();
        for (int ago = 0; ago < SETTINGS.days(); ago++) {
            days.add(day(ago, "summary", "economy", 200));
            days.add(day(ago, LedgerFilter.UNCLASSIFIED, "premium", 20));
            if (ago < SETTINGS.latestDays()) {
                days.add(day(ago, task, tier, 200));
            }
        }
        return DriftWatch.judge(
                        days, List.of(), List.of(), Instant.parse("2026-11-26T10:00:00Z"), null, List.of(), SETTINGS)
                .alarms()
                .stream()
                .map(alarm -> alarm.subject().kind())
                .toList();
    }

    @Test
    void areNotCountedAsUnclassifiedNorAsAMoveOfTheMix() {
        assertThat(alarms(LedgerFilter.UNCLASSIFIED, LedgerFilter.NONE)).isEmpty();
    }

    @Test
    void whatWasLookedAtAndNotRecognisedIsCounted() {
        assertThat(alarms(LedgerFilter.UNCLASSIFIED, "premium")).containsExactlyInAnyOrder(Kind.UNCLASSIFIED, Kind.MIX);
    }
}
