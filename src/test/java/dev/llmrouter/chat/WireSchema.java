package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Our own descriptions of Anthropic's and Gemini's formats, whose owners publish none: which fields are there, which are left
 * out, and which are null. {@code chat/anthropic.schema.json}, {@code chat/gemini.schema.json}.
 */
public final class WireSchema {
    private static final Map<String, JsonSchema> READ = new ConcurrentHashMap<>();

    private WireSchema() {}

    /**
     * What does not fit; empty if all does.
     *
     * @param format {@code anthropic} or {@code gemini}
     * @param definition one of the file's {@code $defs}
     */
    public static List<String> faults(String format, String definition, JsonNode body) {
        return READ.computeIfAbsent(format + "#" + definition, key -> read(format, definition)).validate(body).stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonSchema read(String format, String definition) {
        try (InputStream in =
                Objects.requireNonNull(WireSchema.class.getResourceAsStream("/chat/" + format + ".schema.json"))) {
            ObjectNode schema = (ObjectNode) Samples.MAPPER.readTree(in);
            if (!schema.path("$defs").has(definition)) {
                throw new IllegalArgumentException(format + " has no " + definition);
            }
            schema.put("$ref", "#/$defs/" + definition);
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
