package dev.llmrouter.decide;

import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Portability;
import dev.llmrouter.classify.Characteristics;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.policy.Capability;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Protocol;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a model can take a request at all: capabilities, modalities, context window, output limit. */
final class Fit {
    private final ChatRequest request;
    private final Characteristics characteristics;
    private final Set<Capability> needed;
    private final @Nullable Model spaceOf;
    private final @Nullable ChatError onlyInResponses;

    Fit(ChatRequest request, Characteristics characteristics) {
        this(request, characteristics, null);
    }

    /** @param spaceOf the model whose vector space a candidate must have; null for any */
    Fit(ChatRequest request, Characteristics characteristics, @Nullable Model spaceOf) {
        this.request = request;
        this.characteristics = characteristics;
        this.needed = Portability.required(request);
        this.spaceOf = spaceOf;
        this.onlyInResponses = Portability.onlyInResponses(request);
    }

    /** Why the candidate's provider cannot be asked at all: the request needs one that speaks Responses; null if it can. */
    @Nullable
    Reason unasked(Candidate candidate) {
        if (onlyInResponses == null || candidate.provider().protocol() == Protocol.OPENAI_RESPONSES) {
            return null;
        }
        return excluded(
                "excluded-format",
                candidate.model(),
                "is at a provider that does not speak Responses, which '" + onlyInResponses.param() + "' needs");
    }

    /** Why the candidate cannot take the request, as a reason that leaves it out; null if it can. */
    @Nullable
    Reason misfit(Candidate candidate) {
        Model model = candidate.model();
        Protocol protocol = candidate.provider().protocol();
        Reason otherKind = VectorFit.misfit(request, model, spaceOf);
        if (otherKind != null) {
            return otherKind;
        }
        if (protocol != Protocol.SIMULATOR) {
            for (Capability capability : needed) {
                // OpenAI's dialect takes a conversation that ends with an assistant message and answers it anew.
                boolean taken = capability == Capability.PREFILL && speaksOpenAiThroughout(protocol);
                if (!taken && !model.can(capability)) {
                    return excluded("excluded-capability", model, "cannot do " + words(capability));
                }
            }
        }
        return request.isEmbeddings()
                ? VectorFit.tooLarge(request, model, TokenEstimator.factor(protocol))
                : tooLarge(model, TokenEstimator.factor(protocol));
    }

    private static String words(Capability capability) {
        return capability == Capability.PREFILL
                ? "prefill (the conversation ends with an assistant message)"
                : capability.key();
    }

    private boolean speaksOpenAiThroughout(Protocol protocol) {
        return (protocol == Protocol.OPENAI || protocol == Protocol.OPENAI_RESPONSES)
                && (request.dialect() == Dialect.Name.OPENAI || request.dialect() == Dialect.Name.RESPONSES);
    }

    static Reason excluded(String code, Model model, String why) {
        return new Reason(code, "model '" + model.name() + "' " + why);
    }

    private @Nullable Reason tooLarge(Model model, double factor) {
        Integer output = characteristics.requestedOutputTokens();
        if (output != null && model.maxOutput() != null && output > model.maxOutput()) {
            return excluded(
                    "excluded-output",
                    model,
                    String.format(
                            Locale.ROOT,
                            "gives %,d output tokens at most, %,d are asked for",
                            model.maxOutput(),
                            output));
        }
        if (model.context() == null) {
            return null;
        }
        long room = (long) model.context() - (output == null ? 0 : output);
        if (characteristics.inputTokensAtMost() <= room) {
            return null;
        }
        long input = Math.round(characteristics.inputTokens() * factor);
        if (input <= room) {
            return null;
        }
        String asked = output == null ? "" : String.format(Locale.ROOT, " and %,d output", output);
        return excluded(
                "excluded-context",
                model,
                String.format(
                        Locale.ROOT,
                        "has a context of %,d tokens, too small for %,d input%s",
                        model.context(),
                        input,
                        asked));
    }
}
