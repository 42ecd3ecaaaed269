package dev.llmrouter.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** OpenAI's own description: a reduced copy of it, or the whole that {@code -Dllmrouter.openapi=FILE} names. */
public final class OpenAiDescription {
    private OpenAiDescription() {}

    public static JsonSchema schema(String name) throws IOException {
        return schema(name, description());
    }

    private static JsonSchema schema(String name, JsonNode description) {
        ObjectNode root = Samples.MAPPER.createObjectNode();
        root.put("$ref", "#/components/schemas/" + name);
        root.set("components", description.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(root);
    }

    /** For requests: a plain message is one of several items that a discriminator tells apart, which a schema does not read. */
    static JsonSchema looseSchema(String name) throws IOException {
        return schema(name, Samples.json(description().toString().replace("\"oneOf\":", "\"anyOf\":")));
    }

    private static JsonNode description() throws IOException {
        String file = System.getProperty("llmrouter.openapi");
        if (file == null) {
            try (InputStream in =
                    Objects.requireNonNull(OpenAiDescription.class.getResourceAsStream("/chat/openai-openapi.json"))) {
                return Samples.MAPPER.readTree(in);
            }
        }
        Load load =
                new Load(LoadSettings.builder().setCodePointLimit(50_000_000).build());
        return Samples.MAPPER.valueToTree(load.loadFromString(Files.readString(Path.of(file))));
    }
}
