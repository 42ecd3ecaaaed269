package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;

/** Schemas that some value fits, drawn by a seed (jqwik's own arbitraries need minutes for nested ones). */
final class RandomSchema {
    private static final List<String> NAMES = List.of("name", "invoiceNumber", "date", "total_amount", "\u00e9");
    private static final List<String> FORMATS = List.of("date", "email", "uuid", "date-time", "uri");
    private final SplittableRandom random;

    RandomSchema(long seed) {
        random = new SplittableRandom(seed);
    }

    JsonNode schema(int depth) {
        int kind = random.nextInt(depth == 0 ? 5 : 9);
        return switch (kind) {
            case 0 -> number("integer");
            case 1 -> number("number");
            case 2 -> text();
            case 3 -> choice();
            case 4 -> node(random.nextBoolean() ? "boolean" : "null");
            case 5, 6 -> object(depth - 1);
            case 7 -> array(depth - 1);
            default -> alternatives(depth - 1);
        };
    }

    private JsonNode number(String type) {
        ObjectNode schema = node(type);
        int least = random.nextInt(-1000, 1000);
        int most = least + random.nextInt(2, 50);
        switch (random.nextInt(4)) {
            case 0 -> schema.put("minimum", least).put("maximum", most);
            case 1 -> schema.put("exclusiveMinimum", least).put("exclusiveMaximum", most);
            case 2 -> schema.put("multipleOf", random.nextInt(1, 10)).put("minimum", least);
            default -> schema.put("description", "any");
        }
        return schema;
    }

    private JsonNode text() {
        ObjectNode schema = node("string");
        if (random.nextBoolean()) {
            return schema.put("format", FORMATS.get(random.nextInt(FORMATS.size())));
        }
        int least = random.nextInt(30);
        return schema.put("minLength", least).put("maxLength", least + random.nextInt(30));
    }

    private JsonNode choice() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ArrayNode values = schema.putArray("enum");
        for (int i = 0; i <= random.nextInt(4); i++) {
            values.add("value" + i);
        }
        return schema;
    }

    private JsonNode object(int depth) {
        ObjectNode schema = node("object").put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = schema.putArray("required");
        for (String name : NAMES) {
            if (random.nextInt(3) > 0) {
                properties.set(name, schema(depth));
                if (random.nextBoolean()) {
                    required.add(name);
                }
            }
        }
        return schema;
    }

    private JsonNode array(int depth) {
        int least = random.nextInt(4);
        ObjectNode schema = node("array").put("minItems", least).put("maxItems", least + 1);
        schema.set("items", schema(depth));
        return schema;
    }

    private JsonNode alternatives(int depth) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.putArray("anyOf").add(node("null")).add(schema(depth));
        return schema;
    }

    private static ObjectNode node(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
