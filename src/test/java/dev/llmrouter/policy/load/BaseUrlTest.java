package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The address of a provider whose beginning is in the environment. */
class BaseUrlTest {
    @ParameterizedTest
    @CsvSource({
        "https://a.example, https://a.example/openai/x",
        "https://a.example/, https://a.example/openai/x",
        "https://a.example//az//, https://a.example/az/openai/x",
        "https://gw.example/https://a.example/, https://gw.example/https://a.example/openai/x",
    })
    void aVariableMayEndInASlash(String value, String url) {
        String policy =
                Sample.POLICY.replace("baseUrl: https://api.example.com/v1", "baseUrl: \"{{env:BASE}}/openai/x\"");
        PolicyCheck check = PolicyLoader.builder(Sample.CLOCK)
                .placeholders(name -> name.equals("env:BASE") ? value : "k")
                .build()
                .check(policy, "policy.yaml");
        assertThat(Objects.requireNonNull(check.policy()).providers().get("openai"))
                .extracting(provider -> String.valueOf(provider.baseUrl()))
                .isEqualTo(url);
    }
}
