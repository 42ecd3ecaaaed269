package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a JSON schema must be like where the provider makes sure that it is kept. Sources: OpenAI's documentation of strict mode and Anthropic's of
 * structured outputs, read 2026-11; what breaks their rules is an error of status 400 there.
 */
final class EnforcedSchema {
    private static final List<String> LISTS = List.of("anyOf", "allOf", "oneOf", "prefixItems");
    private static final List<String> MAPS =
            List.of("properties", "$defs", "definitions", "patternProperties", "dependentSchemas");
    private static final List<String> SINGLE =
            List.of("items", "additionalProperties", "not", "if", "then", "else", "contains");
    private static final List<String> NOT_IN_OPENAI = List.of(
            "allOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "patternProperties");
    private static final List<String> NOT_IN_ANTHROPIC = List.of(
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minLength",
            "maxLength",
            "maxItems",
            "uniqueItems",
            "minProperties",
            "maxProperties");

    private EnforcedSchema() {}

    /** The same schema, whose objects have no other properties than those that it names: both providers demand that it says so. */
    static JsonNode closed(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        each(copy, object -> {
            if (isOfObjects(object) && Json.present(object, "additionalProperties") == null) {
                object.put("additionalProperties", false);
            }
        });
        return copy;
    }

    /** What of the schema OpenAI's strict mode does not take, where {@link #closed} is sent; null if it takes it. */
    static @Nullable String openAiFault(JsonNode schema) {
        if (!isOfObjects(schema) || Json.present(schema, "anyOf") != null) {
            return "something else than one object at its top";
        }
        List<String> faults = new ArrayList<>(0);
        each(schema, part -> {
            partsOfClosed(part, faults);
            NOT_IN_OPENAI.stream()
                    .filter(name -> Json.present(part, name) != null)
                    .forEach(name -> faults.add("'" + name + "'"));
            if (isOfObjects(part)) {
                openProperties(part, faults);
                Set<String> required = new HashSet<>();
                part.path("required").forEach(name -> required.add(name.asText()));
                part.path("properties").fieldNames().forEachRemaining(name -> {
                    if (!required.contains(name)) {
                        faults.add("properties that are not required");
                    }
                });
            }
        });
        return faults.isEmpty() ? null : faults.get(0);
    }

    /**
     * What of the schema Anthropic's structured outputs do not take, where {@link #closed} is sent; null if they take it.
     *
     * @param strict whether the caller wants it to be kept strictly, and so cannot mean objects of any properties
     */
    static @Nullable String anthropicFault(JsonNode schema, boolean strict) {
        List<String> faults = new ArrayList<>(0);
        each(schema, part -> {
            partsOfClosed(part, faults);
            NOT_IN_ANTHROPIC.stream()
                    .filter(name ->
                            part.path(name).isNumber() || part.path(name).booleanValue())
                    .forEach(name -> faults.add("'" + name + "'"));
            if (part.path("minItems").asInt(0) > 1) {
                faults.add("'minItems' above 1");
            }
            for (JsonNode member : part.path("allOf")) {
                if (member.has("$ref") || isOfObjects(member)) {
                    faults.add("'allOf' of objects");
                }
            }
            if (!Json.textOr(part, "$ref", "#").startsWith("#")) {
                faults.add("a '$ref' to somewhere else");
            }
            if (isOfObjects(part)) {
                openProperties(part, faults);
                boolean anything = Json.present(part, "additionalProperties") == null
                        && part.path("properties").isEmpty();
                if (anything && !strict) {
                    faults.add("an object of any properties");
                }
            }
        });
        if (isRecursive(schema)) {
            faults.add("a part that holds itself");
        }
        return faults.isEmpty() ? null : faults.get(0);
    }

    /** Objects that name a part of the properties each: closed, they would forbid each other's. */
    private static void partsOfClosed(ObjectNode schema, List<String> faults) {
        if (schema.path("properties").isObject()) {
            for (String list : List.of("anyOf", "oneOf")) {
                for (JsonNode member : schema.path(list)) {
                    if (member.has("$ref") || isOfObjects(member)) {
                        faults.add("'" + list + "' of objects beside 'properties'");
                    }
                }
            }
        }
    }

    private static void openProperties(ObjectNode object, List<String> faults) {
        JsonNode others = Json.present(object, "additionalProperties");
        if (others != null && !(others.isBoolean() && !others.booleanValue())) {
            faults.add("'additionalProperties'");
        }
    }

    private static boolean isOfObjects(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            for (JsonNode one : type) {
                if ("object".equals(one.textValue())) {
                    return true;
                }
            }
        }
        return "object".equals(type.textValue()) || schema.path("properties").isObject();
    }

    /** The schema and all schemas in it. */
    private static void each(JsonNode schema, Consumer<ObjectNode> what) {
        Deque<JsonNode> open = new ArrayDeque<>();
        open.push(schema);
        while (!open.isEmpty()) {
            if (open.pop() instanceof ObjectNode object) {
                what.accept(object);
                LISTS.forEach(name -> object.path(name).forEach(open::push));
                MAPS.forEach(name -> object.path(name).forEach(open::push));
                for (String name : SINGLE) {
                    JsonNode inner = object.path(name);
                    (inner.isArray() ? inner : List.of(inner)).forEach(open::push);
                }
            }
        }
    }

    /** Whether some definition, or the whole, is reached from within itself: whether definitions are left after those that lead to none that is left. */
    private static boolean isRecursive(JsonNode schema) {
        if (references(schema).contains("#")) {
            return true;
        }
        Map<String, Set<String>> leads = new HashMap<>();
        Map<String, Set<String>> users = new HashMap<>();
        for (String place : List.of("$defs", "definitions")) {
            Iterator<Map.Entry<String, JsonNode>> definitions =
                    schema.path(place).fields();
            while (definitions.hasNext()) {
                Map.Entry<String, JsonNode> definition = definitions.next();
                leads.put("#/" + place + "/" + definition.getKey(), references(definition.getValue()));
            }
        }
        leads.values().forEach(references -> references.retainAll(leads.keySet()));
        leads.forEach((name, references) -> references.forEach(
                used -> users.computeIfAbsent(used, any -> new HashSet<>()).add(name)));
        Deque<String> ends = new ArrayDeque<>();
        leads.forEach((name, references) -> {
            if (references.isEmpty()) {
                ends.add(name);
            }
        });
        int ended = 0;
        while (!ends.isEmpty()) {
            String end = ends.pop();
            ended++;
            for (String user : users.getOrDefault(end, Set.of())) {
                Set<String> left = leads.getOrDefault(user, new HashSet<>());
                left.remove(end);
                if (left.isEmpty()) {
                    ends.add(user);
                }
            }
        }
        return ended < leads.size();
    }

    private static Set<String> references(JsonNode schema) {
        Set<String> references = new HashSet<>();
        each(schema, part -> {
            String reference = Json.textOrNull(part, "$ref");
            if (reference != null) {
                references.add(reference);
            }
        });
        return references;
    }
}
