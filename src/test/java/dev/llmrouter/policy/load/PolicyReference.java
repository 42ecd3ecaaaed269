package dev.llmrouter.policy.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/** Writes the reference of the policy file from its JSON schema: a section for each mapping, a row for each field. */
final class PolicyReference {
    private static final String HEAD = """
            # Policy reference

            Generated from [policy.schema.json](policy.schema.json), which editors complete a policy by: begin the file with
            `# yaml-language-server: $schema=policy.schema.json`. [examples/policy.yaml](../examples/policy.yaml) is a
            whole policy with explanations, and `lint` checks one. A field marked **required** has to be there; a
            field without a default is unset, or means what its text says.

            Every value may hold placeholders: `{{env:NAME}}` for an environment variable, `{{sys:NAME}}` for a system
            property, `{{name}}` for a property of the application, each with a default on wish: `{{env:NAME:default}}`.
            Camel Main prints the application's properties at its start and hides values by their names: take a key from the
            environment, or from a property whose name ends in `.api-key` or `.token`; `openai.key` would be in the log.
            Anchors, aliases and tags are not allowed. Durations have a unit: `500ms`, `20s`, `2m`, `1h`, `7d`.
            """;

    private final JsonNode schema;
    /** Sections that are still to be written: the path in the file, and the mapping there. */
    private final Map<String, JsonNode> sections = new LinkedHashMap<>();

    private PolicyReference(JsonNode schema) {
        this.schema = schema;
    }

    static String markdown(JsonNode schema) {
        return new PolicyReference(schema).write();
    }

    private String write() {
        StringBuilder out = new StringBuilder(HEAD);
        sections.put("", schema);
        for (List<String> open = new ArrayList<>(sections.keySet()); !open.isEmpty(); ) {
            String path = open.remove(0);
            List<String> found = section(path, Objects.requireNonNull(sections.get(path)), out);
            open.addAll(0, found);
        }
        return out.toString();
    }

    /** @return the paths of the sections inside this one, in the order of their fields */
    private List<String> section(String path, JsonNode mapping, StringBuilder out) {
        out.append("\n## ")
                .append(path.isEmpty() ? "The file" : "`" + path + "`")
                .append("\n\n");
        out.append(mapping.path("description").asText("")).append("\n\n");
        out.append("| field | value | default | meaning |\n|---|---|---|---|\n");
        List<String> found = new ArrayList<>();
        mapping.path("properties").fields().forEachRemaining(entry -> {
            String name = entry.getKey();
            JsonNode field = entry.getValue();
            String inner = path.isEmpty() ? name : path + "." + name;
            out.append("| `").append(name).append('`').append(isRequired(mapping, name) ? " **required**" : "");
            out.append(" | ").append(cell(value(field)));
            out.append(" | ").append(field.has("default") ? "`" + plain(field.path("default")) + "`" : "");
            out.append(" | ").append(cell(meaning(field))).append(" |\n");
            found.addAll(inside(inner, field));
        });
        return found;
    }

    private List<String> inside(String path, JsonNode field) {
        List<String> found = new ArrayList<>();
        for (JsonNode option : options(field)) {
            JsonNode named = resolved(option.path("additionalProperties"));
            if (option.has("properties")) {
                add(path, option, found);
            } else if (named.has("properties")) {
                add(path + ".NAME", named, found);
            } else if (option.has("items")) {
                options(option.path("items")).stream()
                        .filter(item -> item.has("properties"))
                        .forEach(item -> add(path + "[]", item, found));
            }
        }
        return found;
    }

    private void add(String path, JsonNode mapping, List<String> found) {
        // The same mapping may stand in several places: it is described at the first.
        if (!sections.containsValue(mapping)) {
            sections.put(path, mapping);
            found.add(path);
        }
    }

    private static boolean isRequired(JsonNode mapping, String name) {
        for (JsonNode required : mapping.path("required")) {
            if (required.textValue().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private String meaning(JsonNode field) {
        StringBuilder out = new StringBuilder(field.path("description")
                .asText(resolved(field).path("description").asText("")));
        JsonNode example = field.path("examples").path(0);
        if (!example.isMissingNode()) {
            out.append(" Example: `").append(plain(example)).append("`.");
        }
        return out.toString();
    }

    private String value(JsonNode field) {
        List<JsonNode> options = options(field);
        if (options.size() == 2 && options(options.get(0).path("items")).equals(options.subList(1, 2))) {
            return "one or a list of: " + type(options.get(1));
        }
        StringJoiner out = new StringJoiner(", or ");
        for (JsonNode option : options) {
            out.add(type(option));
        }
        return out.toString();
    }

    private String type(JsonNode option) {
        if (option.has("const")) {
            return "`" + plain(option.path("const")) + "`";
        }
        if (option.has("enum")) {
            StringJoiner names = new StringJoiner(", ");
            option.path("enum").forEach(name -> names.add("`" + plain(name) + "`"));
            return names.toString();
        }
        if (option == schema.at("/$defs/duration")) {
            return "duration";
        }
        if (option.path("type").isArray()) {
            return "text";
        }
        return switch (option.path("type").asText()) {
            case "array" -> "list of " + value(option.path("items"));
            case "object" -> object(option);
            case "integer" -> "whole number" + range(option);
            case "number" -> "number" + range(option);
            case "boolean" -> "`true`, `false`";
            default -> option.path("pattern").asText().startsWith("^[0-9]{4}-") ? "day as `2026-07-02`" : "text";
        };
    }

    private String object(JsonNode option) {
        if (option.has("properties")) {
            return section(option);
        }
        return option.has("additionalProperties")
                ? "mapping of names to " + value(option.path("additionalProperties"))
                : "mapping";
    }

    /** A mapping that has been described somewhere else is referred to by that place. */
    private String section(JsonNode mapping) {
        for (Map.Entry<String, JsonNode> known : sections.entrySet()) {
            if (known.getValue() == mapping) {
                return "mapping as in `" + known.getKey() + "`";
            }
        }
        return "mapping, see below";
    }

    private static String range(JsonNode number) {
        String low = number.has("exclusiveMinimum")
                ? "above " + grouped(number.path("exclusiveMinimum"))
                : grouped(number.path("minimum"));
        return ", " + low + " to " + grouped(number.path("maximum"));
    }

    private static String grouped(JsonNode number) {
        return "%,d".formatted(number.longValue());
    }

    /** What a field may be; placeholders, which every value may be, are left out. */
    private List<JsonNode> options(JsonNode field) {
        JsonNode node = resolved(field);
        if (!node.has("anyOf")) {
            return node == schema.at("/$defs/placeholder") ? List.of() : List.of(node);
        }
        List<JsonNode> options = new ArrayList<>();
        node.path("anyOf").forEach(option -> options.addAll(options(option)));
        return options;
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? schema.at(node.path("$ref").textValue().substring(1)) : node;
    }

    private static String plain(JsonNode value) {
        return value.isValueNode()
                ? value.asText()
                : value.toString().replace("\":", "\": ").replace(",\"", ", \"");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
