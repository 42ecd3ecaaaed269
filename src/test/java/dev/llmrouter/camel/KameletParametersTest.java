package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A parameter of a Kamelet that is not given is not taken from a property, a system property or a variable of the environment that
 * happens to be called so: {@code TASK}, {@code POLICY}.
 */
class KameletParametersTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TempDir
    private Path folder;

    static List<Arguments> cases() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
            for (Path file : files.sorted().toList()) {
                cases.add(Arguments.of(file, false));
                cases.add(Arguments.of(file, true));
            }
        }
        return cases;
    }

    /** Each parameter is called as a property that is a path: no policy, task or number, and told from others in what is asked. */
    @ParameterizedTest
    @MethodSource("cases")
    void whatIsNotGivenIsNotTakenFromAPropertyOfTheSameName(Path file, boolean isOfSystem) throws Exception {
        JsonNode kamelet = YAML.readTree(file.toFile());
        Path taken = folder.resolve("taken");
        Properties named = new Properties();
        kamelet.at("/spec/definition/properties")
                .fieldNames()
                .forEachRemaining(name -> named.put(name, taken.toString()));
        kamelet.at("/spec/template/beans")
                .forEach(bean -> named.put(bean.path("name").textValue(), taken.toString()));
        try (ScriptedProvider provider = new ScriptedProvider();
                DefaultCamelContext camel = new DefaultCamelContext()) {
            provider.does(ScriptedProvider.says("hello"));
            Properties properties = new Properties();
            properties.put("llm-router.policy", "file:" + policy(provider));
            if (kamelet.path("spec").path("dependencies").toString().contains("sqlite")) {
                properties.put("llm-router.data", folder.resolve("data").toString());
            }
            if (isOfSystem) {
                named.forEach((name, value) -> System.setProperty(name.toString(), value.toString()));
            } else {
                properties.putAll(named);
            }
            camel.getPropertiesComponent().setInitialProperties(properties);
            camel.addRoutes(route(kamelet));
            camel.start();
            Exchange answer = camel.createProducerTemplate().request("direct:in", exchange -> {
                exchange.getMessage().setBody("Hi");
                exchange.getMessage().setHeaders(Map.of(LlmRouterConstants.REQUEST_ID, "req_1", "useful", true));
            });
            if (!isSource(kamelet)) {
                assertThat(answer.getMessage().getHeader(LlmRouterConstants.TASK))
                        .isIn(null, "unclassified");
            }
            assertThat(provider.requests)
                    .allSatisfy(sent -> assertThat(sent).doesNotContain(taken.toString(), "temperature", "max_tokens"));
        } finally {
            if (isOfSystem) {
                named.stringPropertyNames().forEach(System::clearProperty);
            }
        }
        assertThat(taken).doesNotExist();
    }

    private static boolean isSource(JsonNode kamelet) {
        return !kamelet.at("/spec/template/from/uri").textValue().equals("kamelet:source");
    }

    private static RouteBuilder route(JsonNode kamelet) {
        StringBuilder uri = new StringBuilder("kamelet:")
                .append(kamelet.at("/metadata/name").textValue());
        kamelet.at("/spec/definition/required")
                .forEach(name -> uri.append("?").append(name.textValue()).append("=small"));
        return new RouteBuilder() {
            @Override
            public void configure() {
                if (isSource(kamelet)) {
                    from(uri.toString()).to("mock:out");
                    from("direct:in").to("mock:in");
                } else {
                    from("direct:in").to(uri.toString());
                }
            }
        };
    }

    private Path policy(ScriptedProvider provider) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  a: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                models:
                  small: { provider: a, context: 1000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                tiers:
                  best: { models: [small], timeout: 5s, maxAttempts: 1 }
                """.formatted(provider.port()));
    }
}
