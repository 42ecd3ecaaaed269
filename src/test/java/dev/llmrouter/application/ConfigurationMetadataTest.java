package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What editors complete in {@code application.properties} is what the code, the routes and the Kamelets read. */
class ConfigurationMetadataTest {
    private static final Path METADATA =
            Path.of("src", "main", "resources", "META-INF", "spring-configuration-metadata.json");
    private static final Pattern NAME = Pattern.compile("llm-router\\.[a-z]+(?:[.-][a-z]+)*");
    private static final Pattern DEFAULT = Pattern.compile("\\{\\{(" + NAME.pattern() + "):([^}]*)}}");

    /** A default that is another property, where that is set. */
    private static final Pattern OTHER = Pattern.compile("\\{\\{server\\.[a-z]+:(.*)}}");

    /** The library leaves them unset: it keeps nothing and serves nothing unasked. */
    private static final Set<String> OF_THE_APPLICATION = Set.of("llm-router.data", "llm-router.gateway");

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

    /** What the application sets where nobody else does. */
    private static Map<String, String> bound() {
        Map<String, String> bound = new TreeMap<>();
        GatewaySettings.DEFAULTS.forEach((name, value) -> {
            Matcher other = OTHER.matcher(value);
            if (name.startsWith("llm-router.") && !OF_THE_APPLICATION.contains(name)) {
                bound.put(name, other.matches() ? other.group(1) : value);
            }
        });
        return bound;
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
