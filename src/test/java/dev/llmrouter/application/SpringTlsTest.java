package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.Certificates;
import dev.llmrouter.camel.LlmProviderComponent;
import dev.llmrouter.camel.TlsModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** How docs/running.md has a company's own authority trusted in an application of Spring Boot. */
class SpringTlsTest {
    @TempDir
    private Path folder;

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Trusting {
        @Bean
        ComponentCustomizer companyAuthority(
                @Value("${company.trust-store}") String store, @Value("${company.trust-password}") String password) {
            KeyStoreParameters keys = new KeyStoreParameters();
            keys.setResource(store);
            keys.setPassword(password);
            TrustManagersParameters trusted = new TrustManagersParameters();
            trusted.setKeyStore(keys);
            SSLContextParameters tls = new SSLContextParameters();
            tls.setTrustManagers(trusted);
            return ComponentCustomizer.forType(
                    LlmProviderComponent.class, component -> component.setSslContextParameters(tls));
        }
    }

    @Test
    void theDocumentedBeanMakesProvidersTrusted() throws Exception {
        Certificates made = new Certificates(folder);
        Path key = made.key("known", "localhost");
        Path trust = made.trust("trust", key);
        try (TlsModel model = new TlsModel(Certificates.context(key, trust), false)) {
            Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                    version: 1
                    owner: test
                    baseline: premium
                    evidence: off
                    providers:
                      one: { protocol: openai, baseUrl: "https://localhost:%d/v1" }
                    models:
                      large: { provider: one, context: 100000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                    tiers:
                      premium: { models: [large] }
                    """.formatted(model.port()));
            try (ConfigurableApplicationContext application = new SpringApplicationBuilder(Trusting.class)
                    .web(WebApplicationType.NONE)
                    .properties(
                            "spring.main.banner-mode=off",
                            "camel.main.jmx-enabled=false",
                            "llm-router.policy=file:" + policy,
                            "company.trust-store=file:" + trust,
                            "company.trust-password=" + Certificates.PASSWORD)
                    .run()) {
                assertThat(application
                                .getBean(ProducerTemplate.class)
                                .requestBody("kamelet:llm-route-action", "How much is it?", String.class))
                        .isEqualTo("ten");
            }
        }
    }

    @Test
    void thePageShowsThatBeanAndSaysWhoseThePropertiesAre() throws Exception {
        String page = Files.readString(Path.of("docs/running.md"));
        assertThat(page)
                .contains(
                        "With Camel Main (`serve`, too):", "Spring Boot binds none of these `camel.ssl.*` properties");
        List<String> shown = page.substring(
                        page.indexOf("```java") + "```java".length(),
                        page.indexOf("```\n", page.indexOf("```java") + 8))
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        String own = Files.readString(Path.of("src/test/java/dev/llmrouter/application/SpringTlsTest.java"));
        assertThat(shown).hasSizeGreaterThan(10);
        assertThat(own.lines().map(String::strip).toList()).containsSequence(shown);
    }
}
