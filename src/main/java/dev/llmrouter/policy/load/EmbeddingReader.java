package dev.llmrouter.policy.load;

import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.VectorSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what only embedding models have, and checks that it stands at one. */
final class EmbeddingReader {
    private static final String SPACE = "vectorSpace";

    private final MappingFields fields;
    private final @Nullable Provider provider;
    private final Set<Capability> capabilities;
    private final Problems problems;

    EmbeddingReader(
            MappingFields fields, @Nullable Provider provider, Set<Capability> capabilities, Problems problems) {
        this.fields = fields;
        this.provider = provider;
        this.capabilities = capabilities;
        this.problems = problems;
    }

    /** The vector space; null if there is none. */
    @Nullable
    VectorSpace space() {
        String text = fields.text(SPACE);
        VectorSpace space = text == null ? null : VectorSpace.parse(text);
        if (text != null && space == null) {
            problems.unusable(
                    fields.at(SPACE),
                    fields.path(SPACE),
                    "is " + Quoted.of(text) + "; allowed: NAME/DIMENSIONS, as in text-embedding-3-small/1536",
                    "Write the space's name and how many numbers its vectors have, 1 to " + VectorSpace.MAX_DIMENSIONS
                            + ".");
        }
        return space;
    }

    void check() {
        if (!capabilities.contains(Capability.EMBEDDINGS)) {
            checkOther();
            return;
        }
        List<String> ofChat = new ArrayList<>();
        for (Capability capability : capabilities) {
            if (capability != Capability.EMBEDDINGS && capability != Capability.DIMENSIONS) {
                ofChat.add(capability.key());
            }
        }
        if (!ofChat.isEmpty()) {
            problems.error(
                    fields.at("capabilities"),
                    fields.path("capabilities"),
                    "names 'embeddings' and " + Suggestion.list(ofChat)
                            + ": a model with embeddings makes vectors and answers no chat",
                    "Make it two models, one for each.");
        }
        Protocol protocol = provider == null ? Protocol.OPENAI : provider.protocol();
        if (protocol != Protocol.OPENAI && protocol != Protocol.SIMULATOR) {
            problems.error(
                    fields.at("capabilities"),
                    fields.path("capabilities"),
                    "names 'embeddings', and a provider of protocol '" + Reading.key(protocol)
                            + (protocol == Protocol.ANTHROPIC ? "' has none" : "' is not asked for them"),
                    "Use a provider of protocol openai; Gemini's own address that ends in /openai is one.");
        }
    }

    private void checkOther() {
        if (fields.has(SPACE)) {
            problems.error(
                    fields.at(SPACE),
                    fields.path(SPACE),
                    "stands at a model that makes no embeddings",
                    "Add 'embeddings' to its capabilities, or remove the line.");
        }
        if (capabilities.contains(Capability.DIMENSIONS)) {
            problems.error(
                    fields.at("capabilities"),
                    fields.path("capabilities"),
                    "names 'dimensions' without 'embeddings', whose vectors it would shorten",
                    "Add 'embeddings', or remove it.");
        }
    }
}
