package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.VectorSpace;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingChecksTest {
    private static final String SPACE = "vectorSpace: te3-small/1536, ";

    private static PolicyCheck check(String models, String tiers) {
        return Sample.check(
                Sample.POLICY.replace("models:\n", "models:\n" + models).replace("tiers:\n", "tiers:\n" + tiers));
    }

    private static String model(String name, String more) {
        return "  " + name + ": { provider: openai, " + more + "price: { input: 0.02, asOf: 2026-07-02 } }\n";
    }

    private static List<String> said(PolicyCheck check) {
        return check.problems().stream().map(Problem::message).toList();
    }

    @Test
    void aTierOfOneSpaceIsFineAndServesNoTask() {
        PolicyCheck check = check(
                model("emb-a", "capabilities: [embeddings, dimensions], " + SPACE)
                        + model("emb-b", "capabilities: [embeddings], " + SPACE),
                "  vectors: { models: [emb-a, emb-b] }\n");
        assertThat(said(check)).isEmpty();
        Model model = check.orThrow().model("emb-a").orElseThrow();
        assertThat(model.vectorSpace()).isEqualTo(new VectorSpace("te3-small", 1536));
        assertThat(Objects.requireNonNull(model.price()).output()).isEqualTo(BigDecimal.ZERO);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            capabilities: [embeddings], vectorSpace: te3-large/3072, | mixes vector spaces: 'emb-a' (te3-small/1536) and 'emb-b' (te3-large/3072)
            capabilities: [embeddings], vectorSpace: te3-small/512,  | mixes vector spaces
            capabilities: [embeddings],                              | 'emb-b' does not say its vectorSpace
            context: 8000,                                           | mixes embedding models with models that answer chat (emb-b)
            """)
    void whatCannotStandInIsReported(String other, String expected) {
        PolicyCheck check = check(
                model("emb-a", "capabilities: [embeddings], " + SPACE) + model("emb-b", other + " "),
                "  vectors: { models: [emb-a, emb-b] }\n");
        assertThat(said(check))
                .anySatisfy(said ->
                        assertThat(said).startsWith("tiers.vectors.models ").contains(expected));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            capabilities: [embeddings, tools],          | names 'embeddings' and tools
            capabilities: [dimensions],                 | names 'dimensions' without 'embeddings'
            vectorSpace: te3-small/1536,                | stands at a model that makes no embeddings
            'capabilities: [embeddings], vectorSpace: te3-small,'  | allowed: NAME/DIMENSIONS
            'capabilities: [embeddings], vectorSpace: te3/0,'      | allowed: NAME/DIMENSIONS
            'capabilities: [embeddings], vectorSpace: te3/99999,'  | allowed: NAME/DIMENSIONS
            """)
    void attributesThatDoNotFitAreReported(String attributes, String expected) {
        PolicyCheck check = check(model("emb", attributes + " "), "  vectors: { models: [emb] }\n");
        assertThat(said(check)).anySatisfy(said -> assertThat(said).contains(expected));
    }

    @ParameterizedTest
    @CsvSource({"anthropic,has none", "gemini,is not asked for them"})
    void protocolsWithoutEmbeddingsAreReported(String protocol, String expected) {
        PolicyCheck check = Sample.check(Sample.POLICY
                .replace("models:\n", "models:\n" + model("emb", "capabilities: [embeddings], " + SPACE))
                .replace("tiers:\n", "tiers:\n  vectors: { models: [emb] }\n")
                .replaceFirst("protocol: openai\n    baseUrl", "protocol: " + protocol + "\n    baseUrl"));
        assertThat(said(check))
                .anySatisfy(said ->
                        assertThat(said).startsWith("models.emb.capabilities ").contains(expected));
    }

    @Test
    void theBaselineAnswersChat() {
        PolicyCheck check =
                Sample.check(Sample.POLICY.replace("capabilities: [tools, json-schema]", "capabilities: [embeddings]"));
        assertThat(said(check))
                .anySatisfy(said -> assertThat(said).contains("is the baseline and has embedding models"));
    }
}
