package dev.llmrouter.audit.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditPeriodTest {
    @ParameterizedTest
    @CsvSource({
        "quarter, 2026-11-26T05:00:00Z, 2026-Q3, 2026-07-01, 2026-10-01",
        "quarter, 2027-01-01T00:00:00Z, 2026-Q4, 2026-10-01, 2027-01-01",
        "quarter, 2026-12-31T23:59:59Z, 2026-Q3, 2026-07-01, 2026-10-01",
        "month, 2026-03-01T00:00:00Z, 2026-02, 2026-02-01, 2026-03-01",
        "week, 2026-11-30T00:00:00Z, 2026-W48, 2026-11-23, 2026-11-30",
        "week, 2027-01-06T00:00:00Z, 2026-W53, 2026-12-28, 2027-01-04"
    })
    void isTheLastOneThatIsOver(String every, String now, String name, String from, String to) {
        AuditPeriod period = AuditPeriod.lastComplete(AuditPeriod.Every.of(every), Instant.parse(now));

        assertThat(period)
                .isEqualTo(new AuditPeriod(name, Instant.parse(from + "T00:00:00Z"), Instant.parse(to + "T00:00:00Z")));
    }

    @Test
    void saysWhichLengthsThereAre() {
        assertThatThrownBy(() -> AuditPeriod.Every.of("Day")).hasMessageContaining("'Day'; allowed are week, month");
    }
}
