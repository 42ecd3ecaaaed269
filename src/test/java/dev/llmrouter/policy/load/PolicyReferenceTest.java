package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PolicyReferenceTest {
    private static final Path REFERENCE = Path.of("docs/policy-reference.md");

    /** Rewrites the file instead with {@code -Dllmrouter.rewrite=true}. */
    @Test
    void theReferenceIsUpToDateWithTheSchema() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("src/main/resources/llm-router/policy.schema.json")
                        .toFile());
        String reference = PolicyReference.markdown(schema);
        if (Boolean.getBoolean("llmrouter.rewrite")) {
            Files.writeString(REFERENCE, reference);
        }
        assertThat(Files.exists(REFERENCE) ? Files.readString(REFERENCE) : "")
                .as("%s is out of date; run this test with -Dllmrouter.rewrite=true", REFERENCE)
                .isEqualTo(reference);
    }

    @Test
    void everyFieldOfTheSchemaHasARow() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Path.of("src/main/resources/llm-router/policy.schema.json")
                        .toFile());
        String reference = Files.readString(REFERENCE);
        schema.findValues("properties")
                .forEach(properties -> properties
                        .fieldNames()
                        .forEachRemaining(name -> assertThat(reference).contains("| `" + name + "`")));
    }
}
