package dev.llmrouter.camel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.policy.load.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;

/**
 * The names below {@code llm-router.} that mean something: those of the metadata that editors complete them from. A name that
 * is mistyped would otherwise be a setting that nobody reads, also where it was to protect something.
 */
public final class PropertyNames {
    /** How the names of all properties of the router begin. */
    public static final String PREFIX = "llm-router.";

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String VARIABLE_PREFIX = "LLM_ROUTER_";

    /** What Kubernetes sets in every pod beside a service that is called llm-router. */
    private static final String SERVICE_LINK = VARIABLE_PREFIX + "(SERVICE|PORT)_.*";

    /** What the command install gives its training run. */
    private static final Set<String> OTHER_VARIABLES = Set.of(VARIABLE_PREFIX + "INSTALL_MODELS");

    private static final List<String> BOOLEANS = List.of("true", "false");

    /** Numbers of which 0 means something: none, off, at once, any. */
    private static final Set<String> FROM_ZERO =
            Set.of(PREFIX + "files.retries", PREFIX + "files.retry-delay-ms", PREFIX + "port");

    private final Set<String> known;
    private final Map<String, String> types;
    private final Map<String, List<String>> allowed;

    private PropertyNames(Map<String, String> types, Map<String, List<String>> allowed) {
        this.types = Map.copyOf(types);
        this.allowed = Map.copyOf(allowed);
        this.known = Collections.unmodifiableSet(new TreeSet<>(types.keySet()));
    }

    /**
     * Those that the class path describes.
     *
     * @throws UncheckedIOException if the description cannot be read
     * @throws IllegalStateException if there is none, because somebody's packaging has lost it
     */
    public static PropertyNames ofClassPath() {
        Map<String, String> names = new TreeMap<>();
        Map<String, List<String>> allowed = new TreeMap<>();
        try {
            ObjectMapper mapper = new ObjectMapper();
            for (URL file : files()) {
                try (InputStream in = file.openStream()) {
                    JsonNode metadata = mapper.readTree(in);
                    for (JsonNode property : metadata.path("properties")) {
                        String name = property.path("name").asText();
                        if (name.startsWith(PREFIX)) {
                            names.put(name, property.path("type").asText());
                        }
                    }
                    for (JsonNode hint : metadata.path("hints")) {
                        List<String> values = new ArrayList<>();
                        hint.path("values")
                                .forEach(value -> values.add(value.path("value").asText()));
                        allowed.put(hint.path("name").asText(), values);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(METADATA + " cannot be read: " + e.getMessage(), e);
        }
        if (names.isEmpty()) {
            throw new IllegalStateException(METADATA + " does not describe " + PREFIX
                    + "* here: whoever packaged this application has to keep that file of camel-llm-router's jar.");
        }
        return new PropertyNames(names, allowed);
    }

    /** The one beside this class; where a packaging has parted them, all that the class path has: in a Spring application these are many. */
    private static List<URL> files() throws IOException {
        String own = String.valueOf(PropertyNames.class.getResource("PropertyNames.class"));
        String beside = own.replace(PropertyNames.class.getName().replace('.', '/') + ".class", METADATA);
        List<URL> all = Collections.list(PropertyNames.class.getClassLoader().getResources(METADATA));
        return all.stream()
                .filter(file -> file.toString().equals(beside))
                .findFirst()
                .map(List::of)
                .orElse(all);
    }

    /** All of them, sorted. */
    public Set<String> known() {
        return known;
    }

    /** Whether a property is none of ours, or one that is read. */
    public boolean accepts(String property) {
        return !property.startsWith(PREFIX) || known.contains(property);
    }

    /** Says that nobody reads a property, and which one may be meant. */
    public String fault(String property) {
        String meant = meant(property, known);
        return "there is no property '" + property + "'."
                + (meant.isEmpty() ? " There are: " + String.join(", ", known) + "." : meant);
    }

    /**
     * Says that a value is none of the property's type. Camel would take some of these for another, and a few without a word.
     *
     * @param value as it is set; a blank one stands for none
     * @return empty if it can be meant
     */
    public Optional<String> valueFault(String property, String value) {
        String type = types.getOrDefault(property, "");
        if (value.isBlank()) {
            return Optional.empty();
        }
        List<String> values = type.endsWith(".Boolean") ? BOOLEANS : allowed.getOrDefault(property, List.of());
        if (!values.isEmpty()) {
            return values.contains(value)
                    ? Optional.empty()
                    : Optional.of(property + " is '" + value + "'; allowed are " + String.join(" and ", values) + ".");
        }
        if (!type.endsWith(".Integer") && !type.endsWith(".Long")) {
            return Optional.empty();
        }
        boolean fromZero = FROM_ZERO.contains(property);
        return value.matches(fromZero ? "[0-9]{1,9}" : "0*[1-9][0-9]{0,8}")
                ? Optional.empty()
                : Optional.of(
                        property + " is '" + value + "'; allowed is a whole number from " + (fromZero ? 0 : 1) + ".");
    }

    /**
     * What is set and read by nobody, in files, as a system property or in the environment. It may be meant for something
     * else there, so it is no reason not to start.
     *
     * @return a sentence about each
     */
    public List<String> doubts(CamelContext camel) {
        return doubts(camel, System.getenv().keySet());
    }

    List<String> doubts(CamelContext camel, Collection<String> variables) {
        PropertiesComponent properties = camel.getPropertiesComponent();
        Set<String> set = new TreeSet<>(
                properties.loadProperties(name -> name.startsWith(PREFIX)).stringPropertyNames());
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .forEach(set::add);
        Set<String> readAllTheSame = known.stream()
                .filter(property -> properties.resolveProperty(property).isPresent())
                .map(PropertyNames::plain)
                .collect(Collectors.toSet());
        return doubts(
                set.stream()
                        .filter(name -> !readAllTheSame.contains(plain(name)))
                        .toList(),
                variables.stream()
                        .filter(name -> !readAllTheSame.contains(plain(name)))
                        .toList());
    }

    /** Spring Boot reads a property by any name that is the same without dashes, dots and capitals. */
    private static String plain(String name) {
        return name.replaceAll("[-._]", "").toLowerCase(Locale.ROOT);
    }

    /**
     * Properties and environment variables of ours that nobody reads.
     *
     * @param properties names of properties that are set
     * @param variables names of environment variables that are set
     * @return a sentence about each
     */
    List<String> doubts(Collection<String> properties, Collection<String> variables) {
        List<String> doubts = new ArrayList<>();
        for (String property : new TreeSet<>(properties)) {
            if (!accepts(property)) {
                doubts.add("The property '" + property + "' is set, and read by nobody." + meant(property, known));
            }
        }
        Map<String, String> byVariable = new TreeMap<>();
        known.forEach(property -> byVariable.put(variable(property), property));
        for (String variable : new TreeSet<>(variables)) {
            boolean isOurs = variable.startsWith(VARIABLE_PREFIX)
                    && !variable.matches(SERVICE_LINK)
                    && !OTHER_VARIABLES.contains(variable);
            if (isOurs && !byVariable.containsKey(variable)) {
                doubts.add("The environment variable " + variable + " is set, and no property of the router."
                        + meant(variable, byVariable.keySet())
                        + " If policy or routes read it as {{env:" + variable
                        + "}}, a name that does not start with LLM_ROUTER_ tells them apart.");
            }
        }
        return doubts;
    }

    private static String variable(String property) {
        return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static String meant(String found, Collection<String> names) {
        String closest = Suggestion.closest(found, names);
        return closest.isEmpty() ? "" : " Did you mean '" + closest + "'?";
    }
}
