package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a value that fits a JSON schema, with what the text gives for its fields.
 *
 * <p>Knows type, properties, required, items, prefixItems, enum, const, default, anyOf, oneOf, allOf, local $ref and the
 * bounds of numbers, texts and lists, which is more than the schemas that providers accept for strict answers. Schemas
 * that no value fits, {@code not}, and {@code if} are beyond it.
 */
final class SchemaSample {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEEP = 6;
    private static final int TOO_DEEP = 24;
    private static final int MOST_ITEMS = 1000;
    private final JsonNode root;
    private final Values values;

    SchemaSample(JsonNode schema, String text) {
        this.root = schema;
        this.values = new Values(text);
    }

    JsonNode value() {
        return value(root, "value", 0);
    }

    private JsonNode value(JsonNode given, String name, int depth) {
        JsonNode schema = resolved(given);
        if (depth > TOO_DEEP || !schema.isObject()) {
            return NODES.textNode(name);
        }
        if (schema.has("const")) {
            return schema.get("const").deepCopy();
        }
        if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
            return oneOf((ArrayNode) schema.get("enum"), name);
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, name, depth);
            case "integer" -> SampleNumber.integer(schema, values.number(name));
            case "number" -> SampleNumber.decimal(schema, values.number(name));
            case "boolean" -> NODES.booleanNode(true);
            case "null" -> NODES.nullNode();
            default -> NODES.textNode(SampleText.of(schema, name, values));
        };
    }

    private JsonNode oneOf(ArrayNode allowed, String name) {
        String found = values.text(name);
        for (JsonNode one : allowed) {
            if (found != null && one.isTextual() && one.textValue().equalsIgnoreCase(found)) {
                return one;
            }
        }
        return allowed.get(0).deepCopy();
    }

    /** The schema's type in lower case (Gemini writes capitals); "string" if it cannot be told. */
    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return type.textValue().toLowerCase(Locale.ROOT);
        }
        for (JsonNode one : type) {
            if (one.isTextual() && !one.textValue().equals("null")) {
                return one.textValue().toLowerCase(Locale.ROOT);
            }
        }
        if (schema.has("properties") || schema.has("required")) {
            return "object";
        }
        if (schema.has("items") || schema.has("prefixItems")) {
            return "array";
        }
        return schema.has("minimum") || schema.has("maximum") ? "number" : "string";
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = NODES.objectNode();
        Set<String> required = names(schema.path("required"));
        JsonNode properties = schema.path("properties");
        properties.fieldNames().forEachRemaining(name -> {
            if (depth < DEEP || required.contains(name)) {
                object.set(name, value(properties.get(name), name, depth + 1));
            }
        });
        for (String name : required) {
            if (!object.has(name)) {
                JsonNode other = schema.path("additionalProperties");
                object.set(name, other.isObject() ? value(other, name, depth + 1) : NODES.textNode(name));
            }
        }
        return object;
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = NODES.arrayNode();
        for (JsonNode item : schema.path("prefixItems")) {
            array.add(value(item, name, depth + 1));
        }
        int least = Math.min(schema.path("minItems").asInt(0), MOST_ITEMS);
        int most = schema.path("maxItems").asInt(MOST_ITEMS);
        int wanted = Math.min(most, Math.max(least, depth < DEEP ? 1 : 0));
        boolean unique = schema.path("uniqueItems").asBoolean(false);
        JsonNode items = resolved(schema.path("items"));
        for (int i = array.size(); i < wanted; i++) {
            array.add(items.isObject() ? item(items, name, i, unique, depth) : NODES.textNode(name + i));
        }
        return array;
    }

    private JsonNode item(JsonNode items, String name, int index, boolean unique, int depth) {
        JsonNode allowed = items.path("enum");
        if (unique && index < allowed.size()) {
            return allowed.get(index).deepCopy();
        }
        JsonNode value = value(items, name, depth + 1);
        if (!unique || index == 0) {
            return value;
        }
        if (value.isTextual()) {
            return NODES.textNode(value.textValue() + index);
        }
        return value.isIntegralNumber() ? NODES.numberNode(value.longValue() + index) : value;
    }

    /** Follows {@code $ref}, takes the first alternative that is not null, and joins {@code allOf}. */
    private JsonNode resolved(JsonNode given) {
        JsonNode schema = given;
        for (int hops = 0; hops < TOO_DEEP && schema.isObject(); hops++) {
            JsonNode reference = schema.path("$ref");
            if (reference.isTextual()) {
                schema = target(reference.textValue());
            } else if (schema.path("anyOf").isArray()) {
                schema = joined(schema, "anyOf", firstOf(schema.get("anyOf")));
            } else if (schema.path("oneOf").isArray()) {
                schema = joined(schema, "oneOf", firstOf(schema.get("oneOf")));
            } else if (schema.path("allOf").isArray()) {
                JsonNode all = schema.get("allOf");
                List<JsonNode> parts = new ArrayList<>();
                all.forEach(parts::add);
                schema = joined(schema, "allOf", parts);
            } else {
                return schema;
            }
        }
        return schema;
    }

    private JsonNode target(String reference) {
        if (reference.equals("#")) {
            return root;
        }
        try {
            return reference.startsWith("#/") ? root.at(reference.substring(1)) : NODES.objectNode();
        } catch (IllegalArgumentException notAPointer) {
            return NODES.objectNode();
        }
    }

    private static List<JsonNode> firstOf(JsonNode alternatives) {
        for (JsonNode one : alternatives) {
            if (!one.path("type").asText().equalsIgnoreCase("null")) {
                return List.of(one);
            }
        }
        return alternatives.isEmpty() ? List.of() : List.of(alternatives.get(0));
    }

    private ObjectNode joined(JsonNode schema, String without, List<JsonNode> parts) {
        ObjectNode joined = schema.deepCopy();
        joined.remove(without);
        for (JsonNode part : parts) {
            JsonNode one = part.has("$ref") ? target(part.get("$ref").asText()) : part;
            one.fields().forEachRemaining(field -> merge(joined, field.getKey(), field.getValue()));
        }
        return joined;
    }

    private static void merge(ObjectNode into, String key, JsonNode value) {
        JsonNode present = into.get(key);
        if (key.equals("properties") && present instanceof ObjectNode object && value instanceof ObjectNode more) {
            object.setAll(more);
        } else if (key.equals("required") && present instanceof ArrayNode list) {
            Set<String> names = names(list);
            names.addAll(names(value));
            ArrayNode all = into.putArray(key);
            names.forEach(all::add);
        } else {
            into.set(key, value.deepCopy());
        }
    }

    private static Set<String> names(@Nullable JsonNode list) {
        Set<String> names = new LinkedHashSet<>();
        if (list != null) {
            list.forEach(one -> names.add(one.asText()));
        }
        return names;
    }
}
