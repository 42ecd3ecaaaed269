package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Answers to "extract": JSON by the schema or with the fields that the prompt names, or lines of text. */
final class ExtractedFields {
    private ExtractedFields() {}

    static boolean wantsJson(PromptParts prompt) {
        return mentionsJson(prompt.user()) || mentionsJson(prompt.system());
    }

    private static boolean mentionsJson(String text) {
        return Words.indexOfPhrase(text.toLowerCase(Locale.ROOT), "json", 0) >= 0;
    }

    /** JSON text. @param right if false, the first field that is asked for is missing */
    static String json(PromptParts prompt, @Nullable JsonNode schema, boolean right) {
        String material = prompt.material();
        JsonNode value = schema == null || schema.isEmpty()
                ? fields(prompt, material)
                : new SchemaSample(schema, material).value();
        if (!right) {
            value = wrong(value, schema);
        }
        return value.toString();
    }

    private static JsonNode wrong(JsonNode value, @Nullable JsonNode schema) {
        if (!(value instanceof ObjectNode object) || object.isEmpty()) {
            return JsonNodeFactory.instance.nullNode();
        }
        JsonNode required = schema == null ? null : schema.path("required").get(0);
        String missing = required == null || !object.has(required.asText())
                ? object.fieldNames().next()
                : required.asText();
        object.remove(missing);
        return object;
    }

    private static ObjectNode fields(PromptParts prompt, String material) {
        Values values = new Values(material);
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String name : names(prompt)) {
            object.put(name, values.text(name));
        }
        return object;
    }

    /** One line for each field. */
    static String lines(PromptParts prompt) {
        Values values = new Values(prompt.material());
        StringBuilder lines = new StringBuilder();
        for (String name : names(prompt)) {
            String found = values.text(name);
            lines.append(lines.length() == 0 ? "" : "\n")
                    .append(name.replace('_', ' '))
                    .append(": ");
            lines.append(found == null ? "not given" : found);
        }
        return lines.toString();
    }

    private static List<String> names(PromptParts prompt) {
        List<String> names = RequestedFields.in(prompt.user());
        return names.equals(List.of("value")) && !prompt.system().isEmpty()
                ? RequestedFields.in(prompt.system())
                : names;
    }
}
