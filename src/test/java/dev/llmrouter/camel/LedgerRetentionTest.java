package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long entries and their sums are kept, as the shipped routes take it. */
class LedgerRetentionTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void start(String days, String rollupDays) throws Exception {
        camel.getPropertiesComponent().addOverrideProperty("llm-router.data", folder.toString());
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.keep-days", days);
        camel.getPropertiesComponent().addOverrideProperty("llm-router.ledger.keep-rollup-days", rollupDays);
        ShippedRoutes.load(camel, folder);
        camel.start();
    }

    /** Every figure is read from sums: a request whose sum is gone would be in none, although its row is there. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 30 | keep-rollup-days is '30', and llm-router.ledger.keep-days is not set",
                "90 | 89 | keep-rollup-days is '89', and llm-router.ledger.keep-days is '90'"
            })
    void sumsThatWouldGoBeforeTheirRequestsStopTheStart(String days, String rollupDays, String said) {
        assertThatThrownBy(() -> start(days, rollupDays))
                .rootCause()
                .hasMessageContaining("llm-router.ledger." + said)
                .hasMessageContaining("Set ");
    }

    @ParameterizedTest
    @CsvSource({"30, 30", "30, 31", "30, ''"})
    void sumsThatStayAsLongAreAllowed(String days, String rollupDays) throws Exception {
        start(days, rollupDays);

        assertThat(camel.isStarted()).isTrue();
    }

    @Test
    void withoutEitherNothingGoes() throws Exception {
        start("", "");

        assertThat(camel.getRoute("llm-ledger-retention")).isNull();
    }
}
