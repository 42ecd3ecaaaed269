package dev.llmrouter.camel.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.DriftSettings;
import dev.llmrouter.audit.drift.DriftWatch;
import dev.llmrouter.record.ledger.ModelVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentAlarmsTest {
    private static final Instant NOW = Instant.parse("2026-10-01T12:00:00Z");

    @TempDir
    private Path folder;

    private SentAlarms sent = new SentAlarms();

    /** A model whose answers bear these names, each a day after the one before. */
    private static DriftReport report(String... names) {
        List<ModelVersion> versions = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            long first = NOW.minus(Duration.ofDays(6L - i)).toEpochMilli();
            versions.add(new ModelVersion("colour", "cheap", "small", "one", names[i], first, first + 80_000_000, 100));
        }
        return DriftWatch.judge(List.of(), List.of(), versions, NOW, null, List.of(), DriftSettings.ofDefaults());
    }

    private static ModelVersion version(String model, String name, Instant first) {
        long last = NOW.plus(Duration.ofDays(9)).toEpochMilli();
        return new ModelVersion("colour", "cheap", model, "one", name, first.toEpochMilli(), last, 100);
    }

    /** Two models of one task and tier answer under another name, one a day after the other. */
    private static DriftReport two(Duration after) {
        return DriftWatch.judge(
                List.of(),
                List.of(),
                List.of(
                        version("large", "l-1", NOW.minus(Duration.ofDays(30))),
                        version("large", "l-2", NOW.minus(Duration.ofDays(2))),
                        version("small", "s-1", NOW.minus(Duration.ofDays(30))),
                        version("small", "s-2", NOW.minus(Duration.ofDays(1)))),
                NOW.plus(after),
                null,
                List.of(),
                DriftSettings.ofDefaults());
    }

    private boolean isSent(DriftReport report) {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody(report);
            sent.process(exchange);
            return !sent.contains("version/colour/cheap") && sent.add("version/colour/cheap");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anotherVersionIsToldAlthoughTheAlarmOfTheFirstStands() {
        assertThat(isSent(report("m-1", "m-2"))).isTrue();
        assertThat(isSent(report("m-1", "m-2"))).isFalse();
        assertThat(isSent(report("m-1", "m-2", "m-3"))).isTrue();
        assertThat(isSent(report("m-1", "m-2", "m-3"))).isFalse();
    }

    private void restart() {
        sent.stop();
        sent = new SentAlarms();
        sent.setFile(folder.resolve("sent").toString());
        sent.start();
    }

    @Test
    void anotherVersionIsToldAlthoughTheProcessWasDownWhenItCame() {
        restart();
        assertThat(isSent(report("m-1", "m-2"))).isTrue();
        restart();
        assertThat(isSent(report("m-1", "m-2"))).isFalse();
        restart();
        assertThat(isSent(report("m-1", "m-2", "m-3"))).isTrue();
        assertThat(sent.contains("version/colour/cheap")).isTrue();
        restart();
        assertThat(isSent(report("m-1", "m-2", "m-3"))).isFalse();
        assertThat(sent.remove("version/colour/cheap")).isTrue();
        assertThat(sent.contains("version/colour/cheap")).isFalse();
    }

    @Test
    void aVersionIsNotToldAgainWhenTheAlarmOfAnotherModelEnds() {
        assertThat(isSent(two(Duration.ofHours(-36)))).as("the first").isTrue();
        assertThat(isSent(two(Duration.ZERO))).as("the second").isTrue();
        assertThat(isSent(two(Duration.ofDays(4)))).isFalse();
        assertThat(isSent(two(Duration.ofHours(132)))).as("the first has ended").isFalse();
        assertThat(isSent(two(Duration.ofDays(7)))).as("both have").isTrue();
    }

    @Test
    void norIsItAfterARestart() {
        restart();
        assertThat(isSent(two(Duration.ZERO))).isTrue();
        restart();
        assertThat(isSent(two(Duration.ofHours(132)))).isFalse();
    }
}
