package dev.llmrouter.policy;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a request asks of a model beyond text in, text out. Lint (of conditions) and routing (of requests) both take the
 * capabilities from here, so that what lint accepts is what happens.
 *
 * @param tools it offers tools, or holds calls of some
 * @param modalities besides text: {@code image}, {@code audio}, {@code document}
 * @param jsonObject it asks for JSON of any shape
 * @param jsonSchema it asks for JSON by a schema
 * @param reasoning it asks for reasoning of some effort
 * @param logprobs it asks for the log probabilities of the output's tokens
 * @param multipleChoices it asks for more than one answer
 * @param prefill it ends with an assistant message that the model goes on from
 */
public record RequestNeeds(
        boolean tools,
        Set<String> modalities,
        boolean jsonObject,
        boolean jsonSchema,
        boolean reasoning,
        boolean logprobs,
        boolean multipleChoices,
        boolean prefill) {

    public RequestNeeds {
        modalities = Set.copyOf(modalities);
    }

    /** What the requests that fit a condition need at least. */
    public static RequestNeeds of(Condition condition) {
        return new RequestNeeds(
                Boolean.TRUE.equals(condition.tools()),
                condition.modalities(),
                false,
                Boolean.TRUE.equals(condition.responseSchema()),
                false,
                false,
                false,
                false);
    }

    /** @throws IllegalArgumentException if a modality is none of the known ones */
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (String modality : modalities) {
            capabilities.add(ofModality(modality));
        }
        addIf(tools, Capability.TOOLS, capabilities);
        addIf(jsonObject, Capability.JSON_OBJECT, capabilities);
        addIf(jsonSchema, Capability.JSON_SCHEMA, capabilities);
        addIf(reasoning, Capability.REASONING, capabilities);
        addIf(logprobs, Capability.LOGPROBS, capabilities);
        addIf(multipleChoices, Capability.MULTIPLE_CHOICES, capabilities);
        addIf(prefill, Capability.PREFILL, capabilities);
        return capabilities;
    }

    private static void addIf(boolean needed, Capability capability, Set<Capability> capabilities) {
        if (needed) {
            capabilities.add(capability);
        }
    }

    private static Capability ofModality(String modality) {
        return switch (modality) {
            case "image" -> Capability.VISION;
            case "audio" -> Capability.AUDIO;
            case "document" -> Capability.DOCUMENTS;
            default -> throw new IllegalArgumentException("unknown modality '" + modality + "'");
        };
    }
}
