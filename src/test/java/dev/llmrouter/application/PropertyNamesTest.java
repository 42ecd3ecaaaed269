package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.camel.PropertyNames;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
}
