package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which JSON schemas OpenAI surely takes as strict, as they stand, where nobody has asked for that: in doubt a schema is not, as a request
 * that is refused as strict fails. What a caller wants to be strict is asked of {@link EnforcedSchema}, which names what is surely refused. Source: OpenAI,
 * Structured Outputs, "Supported schemas" (2026-11).
 */
final class StrictSchema {
    /** Levels of nesting that are allowed. */
    private static final int DEPTH = 10;

    private static final Set<String> KEYWORDS = Set.of(
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "anyOf",
            "$ref",
            "$defs",
            "definitions",
            "title",
            "description",
            "pattern",
            "format",
            "multipleOf",
            "minimum",
            "exclusiveMinimum",
            "maximum",
            "exclusiveMaximum",
            "minItems",
            "maxItems");

    /** One of these says what a value is. */
    private static final List<String> KINDS = List.of("type", "enum", "const", "anyOf", "$ref");

    private StrictSchema() {}

    /** Whether it is an object's, in which every object names all of its properties, demands each and allows no other. */
    static boolean fits(@Nullable JsonNode schema) {
        return schema != null
                && schema.path("type").asText().equals("object")
                && !schema.has("anyOf")
                && fits(schema, 1);
    }

    private static boolean fits(JsonNode schema, int depth) {
        if (!(schema instanceof ObjectNode object)
                || depth > DEPTH
                || KINDS.stream().noneMatch(object::has)) {
            return false;
        }
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            if (!KEYWORDS.contains(names.next())) {
                return false;
            }
        }
        return (!isOf(object, "object") || isClosed(object))
                && (!isOf(object, "array") || object.path("items").isObject())
                && all(object.path("properties"), depth)
                && all(object.path("anyOf"), depth)
                && all(object.path("$defs"), depth)
                && all(object.path("definitions"), depth)
                && (!object.has("items") || fits(object.get("items"), depth + 1));
    }

    /** @param schemas by name, or a list */
    private static boolean all(JsonNode schemas, int depth) {
        for (JsonNode schema : schemas) {
            if (!fits(schema, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOf(ObjectNode schema, String type) {
        JsonNode types = schema.path("type");
        if (types instanceof ArrayNode several) {
            for (JsonNode one : several) {
                if (one.asText().equals(type)) {
                    return true;
                }
            }
        }
        return types.asText().equals(type) || type.equals("object") && schema.has("properties");
    }

    private static boolean isClosed(ObjectNode schema) {
        JsonNode others = schema.path("additionalProperties");
        if (!others.isBoolean()
                || others.booleanValue()
                || !schema.path("properties").isObject()) {
            return false;
        }
        Set<String> demanded = new HashSet<>();
        schema.path("required").forEach(name -> demanded.add(name.asText()));
        Iterator<String> names = schema.get("properties").fieldNames();
        while (names.hasNext()) {
            if (!demanded.remove(names.next())) {
                return false;
            }
        }
        return demanded.isEmpty();
    }
}
