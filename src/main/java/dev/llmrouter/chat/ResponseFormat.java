package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What shape the answer must have. All but {@code kind} only with {@link Kind#JSON_SCHEMA}.
 *
 * @param description what the answer is for, which OpenAI tells its models; null if not given
 */
public record ResponseFormat(
        Kind kind,
        @Nullable String name,
        @Nullable JsonNode schema,
        @Nullable Boolean strict,
        @Nullable String description) {
    /** The shapes. */
    public enum Kind {
        TEXT,
        JSON_OBJECT,
        JSON_SCHEMA
    }

    /** A shape that is not described. */
    public ResponseFormat(Kind kind, @Nullable String name, @Nullable JsonNode schema, @Nullable Boolean strict) {
        this(kind, name, schema, strict, null);
    }

    /** The schema for dialects that have no other place for the description: it is the schema's own, unless that has one. */
    @Nullable
    JsonNode describedSchema() {
        if (description == null
                || description.isBlank()
                || !(schema instanceof ObjectNode plain)
                || !Json.textOr(plain, "description", "").isBlank()) {
            return schema;
        }
        ObjectNode described = Json.object().put("description", description);
        described.setAll(plain);
        return described.put("description", description);
    }
}
