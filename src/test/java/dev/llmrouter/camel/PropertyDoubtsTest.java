package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** A setting that nobody reads does not pass for one that is in force. */
class PropertyDoubtsTest {
    private final PropertyNames names = PropertyNames.ofClassPath();

    @Test
    void aMistypedNameInAFileAsSystemPropertyOrInTheEnvironmentIsWarnedOf() throws Exception {
        System.setProperty("llm-router.polcy", "x");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addInitialProperty("llm-router.allowedHosts", "a");
            camel.getPropertiesComponent().addInitialProperty("llm-router.data", "d");
            camel.build();
            assertThat(names.doubts(
                            camel,
                            Set.of("LLM_ROUTER_PROTECT_OPERATION", "LLM_ROUTER_FILES_BATCH_LINES", "OTHER_THING")))
                    .satisfiesExactly(
                            file -> assertThat(file)
                                    .contains("'llm-router.allowedHosts'", "Did you mean 'llm-router.allowed-hosts'?"),
                            system -> assertThat(system)
                                    .contains("'llm-router.polcy'", "Did you mean 'llm-router.policy'?"),
                            variable -> assertThat(variable)
                                    .contains(
                                            "variable LLM_ROUTER_PROTECT_OPERATION is set",
                                            "Did you mean 'LLM_ROUTER_PROTECT_OPERATIONS'?"));
        } finally {
            System.clearProperty("llm-router.polcy");
        }
    }

    /** As in Spring Boot, where the words of a name may be written in other ways. */
    @Test
    void aNameThatIsReadAllTheSameIsNoDoubt() throws Exception {
        System.setProperty("llm-router.allowedHosts", "x");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addInitialProperty("llm-router.allowed-hosts", "x");
            camel.build();
            assertThat(names.doubts(camel, Set.of("LLM_ROUTER_ALLOWEDHOSTS"))).isEmpty();
            assertThat(names.doubts(camel, Set.of("LLM_ROUTER_ALLOWEDHOST"))).hasSize(1);
        } finally {
            System.clearProperty("llm-router.allowedHosts");
        }
    }

    @Test
    void whatKubernetesSetsBesideAServiceOfThatNameIsNoDoubt() {
        assertThat(names.doubts(
                        Set.of(),
                        Set.of("LLM_ROUTER_SERVICE_HOST", "LLM_ROUTER_PORT_8080_TCP_ADDR", "LLM_ROUTER_PORT")))
                .isEmpty();
    }
}
