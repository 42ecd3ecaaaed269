package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.llmrouter.cli.LintCommand;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code examples/camel-k} against the schemas of Camel K's custom resources, and against what our parts are called. */
class KubernetesExampleTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path FOLDER = Path.of("examples", "camel-k");
    private static final String POLICY = "/etc/llm-router/policy.yaml";

    @TempDir
    private Path folder;

    private static JsonNode read(String file) throws Exception {
        return YAML.readTree(FOLDER.resolve(file).toFile());
    }

    /** As an API server takes it: what a schema does not name is refused. */
    private static Set<ValidationMessage> faults(String kind, JsonNode resource) throws Exception {
        try (InputStream file = KubernetesExampleTest.class.getResourceAsStream("/camel-k/" + kind + "s.schema.yaml")) {
            JsonNode schema = YAML.readTree(file);
            assertThat(schema.path("properties").has("spec")).isTrue();
            // apiVersion, kind and metadata are Kubernetes' own
            ObjectNode spec = (ObjectNode) schema.at("/properties/spec");
            close(spec);
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(spec)
                    .validate(resource.path("spec"));
        }
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("properties").isObject()
                && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(KubernetesExampleTest::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"integration", "pipe"})
    void fitsTheSchemaOfTheCustomResource(String kind) throws Exception {
        JsonNode resource = read(kind + ".yaml");
        assertThat(resource.path("apiVersion").textValue()).isEqualTo("camel.apache.org/v1");
        assertThat(resource.path("kind").textValue()).isEqualToIgnoringCase(kind);
        assertThat(faults(kind, resource)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"integration", "pipe"})
    void aFieldThatTheCustomResourceDoesNotKnowIsFound(String kind) throws Exception {
        JsonNode resource = read(kind + ".yaml");
        ((ObjectNode) resource.at("/spec/traits")).putObject("mounts");
        assertThat(faults(kind, resource)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"integration", "pipe"})
    void mountsThePolicyNamesTheSecretAndBringsTheJarOfThisVersion(String kind) throws Exception {
        JsonNode spec = read(kind + ".yaml").path("spec");
        JsonNode configMap = read("policy.yaml");
        String name = configMap.at("/metadata/name").textValue();
        assertThat(configMap.path("data").has("policy.yaml")).isTrue();
        assertThat(spec.at("/traits/mount/resources/0").textValue())
                .isEqualTo("configmap:" + name + "/policy.yaml@" + POLICY);
        assertThat(spec.at("/traits/environment/vars/0").textValue())
                .isEqualTo("OPENAI_API_KEY=secret:llm-keys/OPENAI_API_KEY");
        String kamelet = Files.readString(Path.of("kamelets", "llm-route-action.kamelet.yaml"));
        assertThat(kamelet).contains("\"" + spec.at("/dependencies/0").textValue() + "\"");
        assertThat(spec.toString()).contains("file:" + POLICY);
    }

    @Test
    void theRoutesOfTheIntegrationLoad() throws Exception {
        JsonNode flows = read("integration.yaml").at("/spec/flows");
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.build();
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.fromString("flows.yaml", YAML.writeValueAsString(flows)));
            assertThat(camel.getRouteDefinitions()).hasSize(1);
        }
    }

    @Test
    void thePipeSetsOnlyWhatTheKameletKnows() throws Exception {
        JsonNode step = read("pipe.yaml").at("/spec/steps/0");
        JsonNode kamelet =
                YAML.readTree(Path.of("kamelets", step.at("/ref/name").textValue() + ".kamelet.yaml")
                        .toFile());
        List<String> known = new ArrayList<>();
        kamelet.at("/spec/definition/properties").fieldNames().forEachRemaining(known::add);
        assertThat(step.path("properties").fieldNames())
                .toIterable()
                .isNotEmpty()
                .isSubsetOf(known);
    }

    @Test
    void thePolicyPassesLintAndHasKeysSoThatTheGatewayMayListen() throws Exception {
        String policy = read("policy.yaml").at("/data/policy.yaml").textValue();
        assertThat(policy).contains("keys:");
        StringWriter out = new StringWriter();
        int code = new CommandLine(new LintCommand(Clock.systemUTC(), Map.of()))
                .setOut(new PrintWriter(out, true))
                .execute(
                        "--policy",
                        Files.writeString(folder.resolve("policy.yaml"), policy).toString());
        assertThat(code).as(out.toString()).isZero();
    }

    @Test
    void theDeploymentProbesWhatTheGatewayServesAndRunsWithoutRights() throws Exception {
        List<JsonNode> documents = new ArrayList<>();
        try (var parser =
                new YAMLFactory().createParser(FOLDER.resolve("gateway.yaml").toFile())) {
            YAML.readValues(parser, JsonNode.class).forEachRemaining(documents::add);
        }
        assertThat(documents)
                .extracting(document -> document.path("kind").textValue())
                .containsExactly("Deployment", "Service");
        JsonNode pod = documents.get(0).at("/spec/template/spec");
        JsonNode gateway = pod.at("/containers/0");
        String routes = Files.readString(Path.of("routes-xml", "llm-operations.xml"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode get = gateway.path(probe).path("httpGet");
            assertThat(routes).contains("\"llm-gateway:" + get.path("path").textValue() + "?");
            assertThat(get.path("port").textValue())
                    .isEqualTo(gateway.at("/ports/0/name").textValue());
        }
        assertThat(gateway.at("/readinessProbe/httpGet/path").textValue()).isEqualTo("/health/ready");
        int pause = gateway.at("/lifecycle/preStop/sleep/seconds").intValue();
        assertThat(pause).isPositive();
        assertThat(pod.path("terminationGracePeriodSeconds").intValue()).isGreaterThan(pause + 30);
        assertThat(gateway.path("env").toString()).contains("-XX:+ExitOnOutOfMemoryError");
        assertThat(pod.at("/securityContext/runAsNonRoot").booleanValue()).isTrue();
        assertThat(pod.at("/securityContext/runAsUser").intValue()).isPositive();
        assertThat(gateway.at("/securityContext/allowPrivilegeEscalation").booleanValue())
                .isFalse();
        assertThat(gateway.at("/securityContext/readOnlyRootFilesystem").booleanValue())
                .isTrue();
        assertThat(gateway.path("env").toString()).contains("\"file:" + POLICY + "\"");
        assertThat(documents.get(1).at("/spec/selector"))
                .isEqualTo(documents.get(0).at("/spec/template/metadata/labels"));
        assertThat(documents.get(1).at("/spec/ports/0/targetPort").textValue())
                .isEqualTo(gateway.at("/ports/0/name").textValue());
    }
}
