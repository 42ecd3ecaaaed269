package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.EmbeddingsDialect;
import dev.llmrouter.chat.Part;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.VectorSpace;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether a model makes what is asked for: vectors, of the right space and length, or answers. */
final class VectorFit {
    private VectorFit() {}

    /**
     * Why a model of any provider, the simulator too, cannot take the request; null if nothing is known against it.
     *
     * @param spaceOf the model whose space the vectors must be of; null for any
     */
    static @Nullable Reason misfit(ChatRequest request, Model model, @Nullable Model spaceOf) {
        if (request.isEmbeddings() != model.isEmbedding()) {
            return Fit.excluded(
                    "excluded-operation",
                    model,
                    model.isEmbedding()
                            ? "makes embeddings, and answers no chat"
                            : "makes no embeddings (its capabilities do not name 'embeddings')");
        }
        if (!model.isEmbedding()) {
            return null;
        }
        if (spaceOf != null && !model.sharesSpaceWith(spaceOf)) {
            return Fit.excluded(
                    "excluded-space",
                    model,
                    "gives vectors of " + space(model) + ", '" + spaceOf.name() + "' of " + space(spaceOf)
                            + ": they cannot be compared");
        }
        Integer asked = EmbeddingsDialect.dimensions(request);
        return asked == null ? null : dimensions(model, asked);
    }

    private static String space(Model model) {
        VectorSpace space = model.vectorSpace();
        return space == null ? "a space that the policy does not name" : "space '" + space + "'";
    }

    private static @Nullable Reason dimensions(Model model, int asked) {
        if (!model.can(Capability.DIMENSIONS)) {
            return Fit.excluded("excluded-dimensions", model, "cannot shorten its vectors to 'dimensions'");
        }
        VectorSpace space = model.vectorSpace();
        return space == null || asked <= space.dimensions()
                ? null
                : Fit.excluded(
                        "excluded-dimensions",
                        model,
                        "gives vectors of " + space.dimensions() + " dimensions, " + asked + " are asked for");
    }

    /** An embedding model's context is for each input, not for all of them together. */
    static @Nullable Reason tooLarge(ChatRequest request, Model model, double factor) {
        Integer context = model.context();
        List<Part> inputs = request.messages().get(0).parts();
        for (int i = 0; context != null && i < inputs.size(); i++) {
            long tokens = tokens(inputs.get(i), context, factor);
            if (tokens > context) {
                return Fit.excluded(
                        "excluded-context",
                        model,
                        String.format(
                                Locale.ROOT,
                                "has a context of %,d tokens, too small for the %,d of input %d",
                                context,
                                tokens,
                                i));
            }
        }
        return null;
    }

    private static long tokens(Part input, int context, double factor) {
        if (input instanceof Part.Tokens tokens) {
            return tokens.count();
        }
        String text = ((Part.Text) input).text();
        return TokenEstimator.utf8Bytes(text) <= context ? 0 : Math.round(TokenEstimator.estimate(text) * factor);
    }
}
