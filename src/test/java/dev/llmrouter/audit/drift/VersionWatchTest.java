package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.ModelVersion;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Versions of models, also as they were at a time that is over. */
class VersionWatchTest {
    private static final Subject SUBJECT = new Subject(Kind.VERSION, "colour", "cheap");

    private static final List<ModelVersion> VERSIONS = List.of(
            version("v-A", "2026-09-01T00:00:00Z", "2026-11-02T00:00:00Z"),
            version("v-B", "2026-11-02T00:00:00Z", "2026-11-28T00:00:00Z"), // some answers until today
            version("v-C", "2026-11-18T08:00:00Z", "2026-11-26T07:59:00Z"),
            version("v-D", "2026-11-26T08:00:00Z", "2026-11-28T00:00:00Z"));

    private static ModelVersion version(String name, String first, String last) {
        return new ModelVersion(
                "colour",
                "cheap",
                "small",
                "one",
                name,
                Instant.parse(first).toEpochMilli(),
                Instant.parse(last).toEpochMilli(),
                100);
    }

    private static DriftReport at(String now) {
        return DriftWatch.judge(
                List.of(), List.of(), VERSIONS, Instant.parse(now), null, List.of(), DriftSettings.ofDefaults());
    }

    @Test
    void aLookOfThePastTellsOfTheVersionOfThatTime() {
        assertThat(at("2026-11-22T23:59:59.999Z").alarm(SUBJECT).orElseThrow().text())
                .contains("answers as 'v-C' since 2026-11-18, before that as 'v-B'")
                .doesNotContain("v-D");
        assertThat(at("2026-11-28T12:00:00Z").alarm(SUBJECT).orElseThrow().text())
                .contains("answers as 'v-D' since 2026-11-26");
    }

    @Test
    void aLookOfThePastIsSteadyBeforeTheVersionCame() {
        DriftReport before = at("2026-11-17T12:00:00Z");

        assertThat(before.alarms()).isEmpty();
        assertThat(before.watched())
                .singleElement()
                .satisfies(each -> assertThat(each.text()).isEqualTo("Steady: 'small' answers as 'v-B'."));
    }

    @Test
    void ofModelsThatCameLaterNothingIsSaid() {
        assertThat(at("2026-08-01T12:00:00Z").watched()).isEmpty();
    }
}
