package dev.llmrouter.dispatch;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.EmbeddingsDialect;
import dev.llmrouter.chat.Usage;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.VectorSpace;
import org.jspecify.annotations.Nullable;

/** Whether the vectors of an answer are those that were asked for: as many as inputs, and of the length that was promised. */
public final class VectorCheck {
    private VectorCheck() {}

    /**
     * What is wrong with the vectors of an answer, with what the answer used; null if nothing is wrong, or if none were asked for.
     */
    public static @Nullable ProviderException fault(ProviderCall call, ChatReply reply) {
        ProviderException fault = wrong(call, reply);
        return fault == null ? null : fault.whileWorking(reply.usage());
    }

    /**
     * What is wrong with vectors that can be compared with none of those that are known, with what the answer used; null if nothing is.
     *
     * @param expected numbers that a vector has to have
     */
    public static @Nullable ProviderException otherSpace(
            ProviderCall call, Embeddings made, int expected, @Nullable Usage used) {
        return made.dimensions() == expected
                ? null
                : fault(
                                call.candidate().model(),
                                "answered with vectors of " + made.dimensions()
                                        + " dimensions, those of the examples have " + expected)
                        .whileWorking(used);
    }

    private static @Nullable ProviderException wrong(ProviderCall call, ChatReply reply) {
        ChatRequest request = call.request();
        if (!request.isEmbeddings()) {
            return null;
        }
        Model model = call.candidate().model();
        Embeddings embeddings = reply.embeddings();
        if (embeddings == null) {
            return fault(model, "answered without vectors");
        }
        int inputs = EmbeddingsDialect.inputs(request);
        if (embeddings.vectors().size() != inputs) {
            return fault(model, "answered with " + embeddings.vectors().size() + " vectors for " + inputs + " inputs");
        }
        Integer asked = EmbeddingsDialect.dimensions(request);
        VectorSpace space = model.vectorSpace();
        Integer expected = asked != null ? asked : space == null ? null : Integer.valueOf(space.dimensions());
        return expected == null || embeddings.dimensions() == expected
                ? null
                : fault(
                        model,
                        "answered with vectors of " + embeddings.dimensions() + " dimensions; " + expected
                                + " were expected" + (asked == null ? " from its vectorSpace" : ""));
    }

    private static ProviderException fault(Model model, String what) {
        String message = "model '" + model.name() + "' " + what;
        return new ProviderException(
                ProviderException.Fault.MALFORMED, ChatError.of(ChatError.Kind.SERVER, 502, message), message);
    }
}
