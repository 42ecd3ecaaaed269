package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** A setting that nobody reads does not pass for one that is in force. */
class PropertyNamesTest {
    private final PropertyNames names = PropertyNames.ofClassPath();

    @Test
    void whatIsDescribedAndWhatIsSetByDefaultIsKnown() {
        Set<String> set = new TreeSet<>(GatewaySettings.DEFAULTS.keySet());
        set.removeIf(name -> !name.startsWith("llm-router."));
        assertThat(set).isNotEmpty();
        assertThat(names.known()).containsAll(set).contains("llm-router.protect-operations", "llm-router.files.in");
    }

    @Test
    void aMistypedArgumentIsRefusedWithTheNameThatIsMeant() {
        for (String mistyped : List.of("--llm-router.protect-operation=true", "--llm-router.protectOperation=true")) {
            assertThatThrownBy(() -> GatewaySettings.parse(List.of(mistyped), names))
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith(mistyped.substring(0, mistyped.indexOf('=')) + ": there is no property")
                    .hasMessageContaining("Did you mean 'llm-router.protect-operations'?");
        }
        assertThatThrownBy(() -> GatewaySettings.parse(List.of("--llm-router.something-else=1"), names))
                .hasMessageContaining("There are: llm-router.allowed-hosts, ");
    }

    @Test
    void propertiesOfOthersAreTheirs() {
        assertThat(GatewaySettings.parse(List.of("--my.own=1", "--camel.main.name=x"), names))
                .isEqualTo(Map.of("my.own", "1", "camel.main.name", "x"));
    }

    @Test
    void aMistypedNameInAFileAsSystemPropertyOrInTheEnvironmentIsWarnedOf() throws Exception {
        System.setProperty("llm-router.polcy", "x");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addInitialProperty("llm-router.allowedHosts", "a");
            camel.getPropertiesComponent().addInitialProperty("llm-router.data", "d");
            camel.build();
            assertThat(GatewaySettings.doubts(
                            camel,
                            names,
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

    @Test
    void whatKubernetesSetsBesideAServiceOfThatNameIsNoDoubt() {
        assertThat(names.doubts(
                        Set.of(),
                        Set.of("LLM_ROUTER_SERVICE_HOST", "LLM_ROUTER_PORT_8080_TCP_ADDR", "LLM_ROUTER_PORT")))
                .isEmpty();
    }
}
