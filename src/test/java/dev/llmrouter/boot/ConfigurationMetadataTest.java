package dev.llmrouter.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** What editors complete in {@code application.properties} is what the code, the routes and the Kamelets read. */
class ConfigurationMetadataTest {
    private static final Path METADATA =
            Path.of("src", "main", "resources", "META-INF", "spring-configuration-metadata.json");
    private static final Pattern NAME = Pattern.compile("llm-router\\.[a-z]+(?:[.-][a-z]+)*");
    private static final Pattern DEFAULT = Pattern.compile("\\{\\{(" + NAME.pattern() + "):([^}]*)}}");

    private static Map<String, JsonNode> described() throws IOException {
        Map<String, JsonNode> properties = new TreeMap<>();
        for (JsonNode property : new ObjectMapper().readTree(METADATA.toFile()).path("properties")) {
            assertThat(properties.put(property.path("name").textValue(), property))
                    .as(property.toString())
                    .isNull();
        }
        return properties;
    }

    private static Stream<String> sources() throws IOException {
        return Stream.of("src/main/java", "routes-xml", "kamelets")
                .flatMap(folder -> {
                    try (Stream<Path> files = Files.walk(Path.of(folder))) {
                        return files.filter(Files::isRegularFile).toList().stream();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .map(file -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static Map<String, String> bound() {
        Map<String, String> bound = new TreeMap<>();
        for (RecordComponent part : GatewayProperties.class.getRecordComponents()) {
            String name = part.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            DefaultValue value = constructorDefault(part.getName());
            bound.put("llm-router." + name, value == null ? "" : String.join(",", value.value()));
        }
        return bound;
    }

    private static DefaultValue constructorDefault(String name) {
        for (var parameter : GatewayProperties.class.getDeclaredConstructors()[0].getParameters()) {
            if (parameter.getName().equals(name)) {
                return parameter.getAnnotation(DefaultValue.class);
            }
        }
        throw new AssertionError("no parameter " + name);
    }

    private static Set<String> used() throws IOException {
        Set<String> used = new TreeSet<>(bound().keySet());
        try (Stream<String> sources = sources()) {
            sources.forEach(text -> {
                Matcher name = NAME.matcher(text);
                while (name.find()) {
                    used.add(name.group());
                }
            });
        }
        return used;
    }

    @Test
    void everyPropertyThatIsReadIsDescribedAndNoOther() throws IOException {
        assertThat(described().keySet()).isEqualTo(used());
    }

    @Test
    void everyPropertyHasATypeAndADescription() throws IOException {
        described().forEach((name, property) -> {
            assertThat(property.path("description").textValue()).as(name).endsWith(".");
            assertThat(property.path("type").textValue())
                    .as(name)
                    .isIn("java.lang.String", "java.lang.Integer", "java.lang.Long", "java.lang.Boolean");
        });
    }

    @Test
    void defaultsAreThoseOfTheRoutesAndOfTheApplication() throws IOException {
        Map<String, String> defaults = new TreeMap<>(bound());
        try (Stream<String> sources = sources()) {
            sources.forEach(text -> {
                Matcher placeholder = DEFAULT.matcher(text);
                while (placeholder.find()) {
                    defaults.put(placeholder.group(1), placeholder.group(2));
                }
            });
        }
        assertThat(defaults).hasSizeGreaterThan(15);
        described().forEach((name, property) -> {
            if (defaults.containsKey(name)) {
                assertThat(property.path("defaultValue").asText("")).as(name).isEqualTo(defaults.get(name));
            }
        });
    }
}
