package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.ClassifierSettings;
import dev.llmrouter.policy.EvidenceMode;
import dev.llmrouter.policy.OutputLimit;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Simulation;
import dev.llmrouter.policy.Strategy;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.policy.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The published schema, by which editors complete a policy, says the same as the loader. */
class PolicySchemaTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNode SCHEMA = schemaTree();
    private static final JsonSchema VALIDATOR =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(SCHEMA);
    private static final Pattern ALLOWED = Pattern.compile("Allowed: (.*)\\.");

    /** Every mapping that a policy can hold, each with a key that none of them knows. */
    private static final String EVERY_MAPPING = """
            zzzzzz: 1
            providers:
              p:
                zzzzzz: 1
                timeouts: { zzzzzz: 1 }
                breaker: { zzzzzz: 1 }
                simulator: { zzzzzz: 1, errors: { zzzzzz: 1 } }
            models:
              m: { zzzzzz: 1, price: { zzzzzz: 1 } }
            tiers:
              t: { zzzzzz: 1, models: [{ zzzzzz: 1 }], canary: { zzzzzz: 1 }, shadow: { zzzzzz: 1 }, batch: { zzzzzz: 1 } }
            tasks:
              k:
                zzzzzz: 1
                premiumWhen: [{ zzzzzz: 1 }]
                verify: { zzzzzz: 1, samples: { zzzzzz: 1 }, second: { zzzzzz: 1 }, judge: { zzzzzz: 1 } }
                review: { zzzzzz: 1 }
                waiver: { zzzzzz: 1 }
                gate: { zzzzzz: 1 }
                score: { zzzzzz: 1 }
                collect: { zzzzzz: 1 }
            rules: [{ zzzzzz: 1, when: { zzzzzz: 1 } }]
            classifier: { zzzzzz: 1, learned: { zzzzzz: 1 }, llm: { zzzzzz: 1 }, embedding: { zzzzzz: 1 } }
            keys: [{ zzzzzz: 1 }]
            limits: { zzzzzz: 1 }
            collect: { zzzzzz: 1 }
            """;

    private static JsonNode schemaTree() {
        try (InputStream in = PolicyLoader.class.getResourceAsStream("/llm-router/policy.schema.json")) {
            return JSON.readTree(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String yaml) {
        return JSON.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
    }

    private static Set<ValidationMessage> faults(String yaml) {
        return VALIDATOR.validate(tree(yaml));
    }

    @Test
    void acceptsTheExamplePolicyAndTheSample() throws IOException {
        assertThat(faults(Files.readString(Path.of("examples/policy.yaml")))).isEmpty();
        assertThat(faults(Sample.POLICY)).isEmpty();
    }

    @Test
    void isItselfAValidSchema() {
        JsonSchema meta = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(java.net.URI.create("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(SCHEMA)).isEmpty();
    }

    @Test
    void isPublishedInTheDocumentationAsItIsInTheJar() throws IOException {
        Path documentation = Path.of("docs/policy.schema.json");
        if (Boolean.getBoolean("llmrouter.rewrite")) {
            Files.copy(
                    Path.of("src/main/resources/llm-router/policy.schema.json"),
                    documentation,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        assertThat(documentation).hasSameTextualContentAs(Path.of("src/main/resources/llm-router/policy.schema.json"));
    }

    @Test
    void knowsTheSameKeysAsTheLoaderInEveryMapping() {
        Set<String> seen = new TreeSet<>();
        for (Problem problem : Sample.check(EVERY_MAPPING).problems()) {
            if (problem.path().endsWith("zzzzzz")) {
                Matcher allowed = ALLOWED.matcher(problem.fix());
                assertThat(allowed.find()).as(problem.message()).isTrue();
                assertThat(allowed.group(1).split(", "))
                        .as(problem.path())
                        .containsExactlyInAnyOrderElementsOf(keysAt(problem.path()));
                seen.add(problem.path());
            }
        }
        long mappings =
                Pattern.compile("zzzzzz").matcher(EVERY_MAPPING).results().count();
        assertThat(seen).hasSize((int) mappings);
        assertThat(closedMappings(SCHEMA)).as("mappings of the schema").isLessThanOrEqualTo(seen.size());
    }

    /** The keys that the schema allows in the mapping that holds the path's last part. */
    private static Collection<String> keysAt(String path) {
        JsonNode node = SCHEMA;
        String[] steps = path.replaceAll("\\[\\d+]", ".[]").split("\\.");
        for (int i = 0; i < steps.length - 1; i++) {
            node = step(resolved(node), steps[i]);
        }
        JsonNode mapping = mapping(node).orElseThrow();
        assertThat(mapping.path("additionalProperties").isBoolean()).as(path).isTrue();
        Set<String> keys = new TreeSet<>();
        mapping.path("properties").fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static JsonNode step(JsonNode node, String step) {
        for (JsonNode option : options(node)) {
            if (step.equals("[]") && option.has("items")) {
                return option.path("items");
            }
            if (option.path("properties").has(step)) {
                return option.path("properties").path(step);
            }
            if (!step.equals("[]") && option.path("additionalProperties").isObject()) {
                return option.path("additionalProperties");
            }
        }
        throw new IllegalArgumentException("the schema has no " + step);
    }

    private static Optional<JsonNode> mapping(JsonNode node) {
        return options(resolved(node)).stream()
                .filter(option -> option.has("properties"))
                .findFirst();
    }

    private static Collection<JsonNode> options(JsonNode node) {
        JsonNode resolved = resolved(node);
        if (!resolved.has("anyOf")) {
            return java.util.List.of(resolved);
        }
        Collection<JsonNode> options = new java.util.ArrayList<>();
        resolved.path("anyOf").forEach(option -> options.addAll(options(option)));
        return options;
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? SCHEMA.at(node.path("$ref").textValue().substring(1)) : node;
    }

    private static long closedMappings(JsonNode node) {
        long count = node.path("additionalProperties").isBoolean() ? 1 : 0;
        for (JsonNode child : node) {
            count += closedMappings(child);
        }
        return count;
    }

    /** One item without its list was allowed in {@code premiumWhen} by the schema, and refused by the loader. */
    @Test
    void oneItemInPlaceOfAListIsReadAsAListOfOneWhereTheSchemaAllowsIt() {
        List<OneOrMany> fields = new ArrayList<>();
        collect(SCHEMA, "%s", "", fields);
        assertThat(fields)
                .extracting(OneOrMany::path)
                .contains("tasks.x.premiumWhen", "tasks.x.verify.oneOf", "tiers.x.models", "rules[0].when.keywords");
        for (OneOrMany field : fields) {
            for (String item : field.items()) {
                assertThat(field.problems(item))
                        .as(field.path() + ": " + item)
                        .isEqualTo(field.problems("[" + item + "]"))
                        .noneMatch(problem -> problem.contains("a list is needed"));
            }
        }
    }

    /** A field of which the schema allows one item or a list. @param yaml a policy with that field alone, and %s for its value */
    private record OneOrMany(String path, String yaml, List<String> items) {
        List<String> problems(String value) {
            return Sample.check(yaml.formatted(value)).problems().stream()
                    .filter(problem -> problem.path().startsWith(path))
                    .map(problem -> problem.message().replace(path + "[0]", path))
                    .toList();
        }
    }

    private static void collect(JsonNode node, String yaml, String path, List<OneOrMany> to) {
        Collection<JsonNode> options = options(node);
        List<JsonNode> lists =
                options.stream().filter(option -> option.has("items")).toList();
        if (!lists.isEmpty() && lists.size() < options.size()) {
            List<String> items = options.stream()
                    .filter(option -> !option.has("items")
                            && !option.path("pattern").asText().startsWith("^\\{\\{"))
                    .map(PolicySchemaTest::item)
                    .toList();
            to.add(new OneOrMany(path, yaml, items));
        }
        for (JsonNode option : options) {
            option.path("properties").fields().forEachRemaining(field -> {
                String inner = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                collect(field.getValue(), yaml.formatted("{ " + field.getKey() + ": %s }"), inner, to);
            });
            if (option.path("additionalProperties").isObject()) {
                collect(option.path("additionalProperties"), yaml.formatted("{ x: %s }"), path + ".x", to);
            }
            if (option.has("items")) {
                collect(option.path("items"), yaml.formatted("[%s]"), path + "[0]", to);
            }
        }
    }

    /** Something that the schema allows: a choice, a text, or a mapping with one text in it. */
    private static String item(JsonNode schema) {
        JsonNode resolved = resolved(schema);
        if (resolved.has("enum")) {
            return resolved.path("enum").get(0).asText();
        }
        return resolved.has("properties") ? "{ simple: \"true\" }" : "en";
    }

    @Test
    void describesEveryField() {
        assertThat(undescribed(SCHEMA, "")).isEmpty();
    }

    private static Set<String> undescribed(JsonNode node, String path) {
        Set<String> found = new TreeSet<>();
        node.path("properties").fields().forEachRemaining(entry -> {
            JsonNode value = entry.getValue();
            boolean described = value.path("description").asText().length() > 5
                    || resolved(value).path("description").asText().length() > 5;
            if (!described) {
                found.add(path + "/" + entry.getKey());
            }
        });
        node.fields()
                .forEachRemaining(entry -> found.addAll(undescribed(entry.getValue(), path + "/" + entry.getKey())));
        return found;
    }

    @Test
    void listsTheSameChoicesAsTheLoader() {
        assertThat(choices("/properties/evidence")).isEqualTo(keys(EvidenceMode.values()));
        assertThat(choices("/properties/simulation")).isEqualTo(keys(Simulation.values()));
        assertThat(choices("/$defs/provider/properties/protocol")).isEqualTo(keys(Protocol.values()));
        assertThat(choices("/$defs/provider/properties/outputLimit"))
                .isEqualTo(new TreeSet<>(Arrays.stream(OutputLimit.values())
                        .map(OutputLimit::field)
                        .toList()));
        assertThat(choices("/$defs/model/properties/capabilities")).isEqualTo(keys(Capability.values()));
        assertThat(choices("/$defs/tier/properties/strategy")).isEqualTo(keys(Strategy.values()));
        assertThat(choices("/$defs/tier/properties/sticky")).isEqualTo(keys(Tier.Sticky.values()));
        assertThat(choices("/$defs/task/properties/verify/properties/onFailure"))
                .isEqualTo(keys(Verify.OnFailure.values()));
        assertThat(choices("/$defs/classifier/properties/chain")).isEqualTo(keys(ClassifierSettings.Step.values()));
        assertThat(choices("/$defs/classifier/properties/llm/properties/confidence"))
                .isEqualTo(keys(ClassifierSettings.Confidence.values()));
    }

    private static Set<String> keys(Enum<?>[] constants) {
        return new TreeSet<>(Arrays.stream(constants).map(Reading::key).toList());
    }

    private static Set<String> choices(String pointer) {
        Set<String> names = new TreeSet<>();
        SCHEMA.at(pointer).findValues("enum").forEach(list -> list.forEach(name -> names.add(name.textValue())));
        return names;
    }

    static Stream<Fault> faultsOfTheLoader() {
        return Stream.of(
                        TopLevelFaultsTest.faults(),
                        ProviderFaultsTest.faults(),
                        ModelFaultsTest.faults(),
                        TierFaultsTest.faults(),
                        TaskFaultsTest.faults(),
                        RuleFaultsTest.faults(),
                        SettingsFaultsTest.faults())
                .flatMap(faults -> faults);
    }

    /** An editor must not mark what the gateway takes; the other way round the loader finds more than a schema can. */
    @ParameterizedTest
    @MethodSource("faultsOfTheLoader")
    void isNeverStricterThanTheLoader(Fault fault) {
        if (fault.severity() == Severity.UNUSABLE) {
            return;
        }
        assertThat(faults(fault.yaml())).as(fault.yaml()).isEmpty();
    }

    @Test
    void findsMostOfWhatMakesAFileUnusable() {
        long unusable = 0;
        long found = 0;
        for (Fault fault : faultsOfTheLoader()
                .filter(f -> f.severity() == Severity.UNUSABLE)
                .toList()) {
            try {
                unusable++;
                found += faults(fault.yaml()).isEmpty() ? 0 : 1;
            } catch (YamlEngineException e) {
                found++;
            }
        }
        assertThat(found).isGreaterThan(unusable / 2);
    }
}
