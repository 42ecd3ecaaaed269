package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Kamelet files keep the conventions of the Apache Camel catalogue, and the schema of Camel K's custom resource. */
class KameletFilesTest {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([A-Za-z][A-Za-z0-9]*)}}");
    private static final Set<String> CONTRACT = Set.of(
            "llm-route-action",
            "llm-classify-action",
            "llm-chat-action",
            "llm-verify-action",
            "llm-feedback-sink",
            "llm-audit-source");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
            return files.sorted().toList();
        }
    }

    private static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void allOfTheContractAreThere() throws IOException {
        assertThat(files())
                .extracting(file -> file.getFileName().toString().replace(".kamelet.yaml", ""))
                .containsAll(CONTRACT);
    }

    @ParameterizedTest
    @MethodSource("files")
    void namesLabelsAndTitlesKeepTheConventions(Path file) throws IOException {
        JsonNode kamelet = read(file);
        String name = kamelet.at("/metadata/name").textValue();
        assertThat(file.getFileName()).hasToString(name + ".kamelet.yaml");
        String type = name.substring(name.lastIndexOf('-') + 1);
        assertThat(type).isIn("action", "source", "sink");
        assertThat(kamelet.at("/metadata/labels")
                        .path("camel.apache.org/kamelet.type")
                        .textValue())
                .isEqualTo(type);
        JsonNode annotations = kamelet.at("/metadata/annotations");
        for (String key : List.of(
                "kamelet.support.level",
                "catalog.version",
                "kamelet.icon",
                "provider",
                "kamelet.group",
                "kamelet.namespace")) {
            assertThat(annotations.path("camel.apache.org/" + key).textValue())
                    .as(key)
                    .isNotBlank();
        }
        assertThat(annotations.path("camel.apache.org/kamelet.icon").textValue())
                .startsWith("data:image/svg+xml;base64,")
                .hasSizeLessThan(1000);
        JsonNode definition = kamelet.at("/spec/definition");
        assertThat(definition.path("title").textValue().toLowerCase(java.util.Locale.ROOT))
                .endsWith(" " + type);
        assertThat(definition.path("description").textValue()).isNotBlank();
        assertThat(kamelet.at("/spec/template/from/uri").textValue())
                .satisfies(uri -> assertThat(uri.equals("kamelet:source")).isEqualTo(!type.equals("source")));
        assertThat(kamelet.at("/spec/dependencies"))
                .anySatisfy(dependency -> assertThat(dependency.textValue())
                        .isEqualTo("mvn:dev.llmrouter:camel-llm-router:" + version()));
    }

    private static String version() throws IOException {
        Matcher version = Pattern.compile("<artifactId>camel-llm-router</artifactId>\\s*<version>([^<]+)<")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyPropertyIsDescribedAndUsedAndEveryPlaceholderDeclared(Path file) {
        JsonNode kamelet = read(file);
        Set<String> declared = new TreeSet<>();
        Set<String> titles = new HashSet<>();
        kamelet.at("/spec/definition/properties").fields().forEachRemaining(property -> {
            JsonNode is = property.getValue();
            declared.add(property.getKey());
            assertThat(is.path("title").textValue()).as(property.getKey()).matches("(?!The |A |An )[A-Z].*");
            assertThat(titles.add(is.path("title").textValue())).isTrue();
            assertThat(is.path("description").textValue()).as(property.getKey()).isNotBlank();
            assertThat(is.path("type").textValue()).isIn("string", "number", "integer", "boolean");
            assertThat(is.has("default") || is.has("example"))
                    .as(property.getKey())
                    .isTrue();
        });
        assertThat(declared).contains("policy");
        Set<String> required = new TreeSet<>();
        kamelet.at("/spec/definition/required").forEach(name -> required.add(name.textValue()));
        kamelet.at("/spec/definition/properties").fields().forEachRemaining(property -> {
            // Camel takes what is not given from the application's properties, -D and the environment, TASK or POLICY
            assertThat(property.getValue().has("default"))
                    .as("default of " + property.getKey())
                    .isEqualTo(!required.contains(property.getKey()));
        });
        kamelet.at("/spec/definition/required")
                .forEach(name -> assertThat(declared).contains(name.textValue()));
        Set<String> beans = new TreeSet<>();
        kamelet.at("/spec/template/beans")
                .forEach(bean -> beans.add(bean.path("name").textValue()));
        Set<String> used = new TreeSet<>();
        Matcher placeholder = PLACEHOLDER.matcher(kamelet.at("/spec/template").toString());
        while (placeholder.find()) {
            used.add(placeholder.group(1));
        }
        Set<String> known = new TreeSet<>(declared);
        known.addAll(beans);
        assertThat(used).isEqualTo(known);
    }

    @ParameterizedTest
    @MethodSource("files")
    void fitsTheSchemaOfTheCustomResource(Path file) throws IOException {
        JsonNode schema;
        try (InputStream crd =
                KameletFilesTest.class.getClassLoader().getResourceAsStream("camel.apache.org_kamelets.yaml")) {
            assertThat(crd).isNotNull();
            schema = YAML.readTree(crd).at("/spec/versions/0/schema/openAPIV3Schema");
        }
        assertThat(schema.isMissingNode()).isFalse();
        Set<ValidationMessage> faults = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(read(file));
        assertThat(faults).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void holdsNoKeyThatTheCustomResourceDoesNotKnow(Path file) {
        JsonNode kamelet = read(file);
        assertThat(kamelet.path("spec").fieldNames())
                .toIterable()
                .isSubsetOf("definition", "dependencies", "dataTypes", "sources", "template", "types", "versions");
        assertThat(kamelet.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
    }
}
