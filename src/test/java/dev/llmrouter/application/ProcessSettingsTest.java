package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessSettingsTest {
    private final ProcessSettings settings = new ProcessSettings(Map.of(
            "llm-router.port", "tcp://10.96.12.7:8080",
            "server.port", "9090",
            "llm-router.ledger.url", "tcp://is-no-port")::get);

    /** Beside a service called llm-router a pod would not start. */
    @Test
    void theLinkOfKubernetesToAServiceIsNoPort() {
        assertThat(settings.getProperty("llm-router.port")).isNull();
        assertThat(settings.getProperty("server.port")).isEqualTo("9090");
        assertThat(settings.getProperty("llm-router.ledger.url")).isEqualTo("tcp://is-no-port");
    }

    /** A container's file of variables with {@code SERVER_PORT=} means nothing by it. */
    @Test
    void anEmptyPortOrPolicyIsNotSet() {
        ProcessSettings empty = new ProcessSettings(
                Map.of("server.port", "", "llm-router.cors-origins", "", "llm-router.policy", " ")::get);
        assertThat(empty.getProperty("server.port")).isNull();
        assertThat(empty.getProperty("llm-router.policy")).isNull();
        assertThat(empty.getProperty("llm-router.cors-origins")).isEmpty();
    }
}
