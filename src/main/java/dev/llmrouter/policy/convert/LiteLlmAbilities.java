package dev.llmrouter.policy.convert;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a deployment of LiteLLM's proxy can do, and how much it takes: what its {@code model_info} says, over what is usual. */
final class LiteLlmAbilities {
    private static final BigDecimal MOST_TOKENS = BigDecimal.valueOf(100_000_000);
    private static final String JSON_OBJECT = "json-object";
    private static final Map<String, String> SETTINGS = Map.of(
            "supports_function_calling", "tools",
            "supports_vision", "vision",
            "supports_response_schema", "json-schema",
            "supports_pdf_input", "documents",
            "supports_audio_input", "audio",
            "supports_reasoning", "reasoning",
            "supports_assistant_prefill", "prefill");

    private LiteLlmAbilities() {}

    /**
     * The usual ones of its provider, without those that are denied, with those that are claimed; a remark on those assumed.
     *
     * @param isParted whether requests are parted by its tags: then it has all that is not denied, so that none goes elsewhere
     *     because of what is only assumed
     */
    static Set<String> of(
            PolicyDraft draft,
            ForeignNode deployment,
            @Nullable ForeignNode info,
            KnownProvider known,
            boolean isParted) {
        Set<String> all = isParted ? DraftDeployment.allOfChat() : DraftDeployment.usual(known);
        Set<String> assumed = new TreeSet<>(all);
        boolean isAnySaid = false;
        for (Map.Entry<String, String> setting : SETTINGS.entrySet()) {
            String ability = setting.getValue();
            boolean isClaimed = info != null && info.isTrue(setting.getKey());
            if (isClaimed) {
                all.add(ability);
            } else if (info != null && info.isFalse(setting.getKey())) {
                all.remove(ability);
            } else {
                continue;
            }
            isAnySaid = true;
            assumed.remove(ability);
            if (isClaimed && ability.equals("json-schema")) {
                all.add(JSON_OBJECT);
                assumed.remove(JSON_OBJECT);
            }
        }
        if (!assumed.isEmpty()) {
            draft.remark(
                    deployment,
                    (isAnySaid ? "says not all of what it can do" : "says nothing of what it can do") + ": assumed are "
                            + String.join(", ", assumed)
                            + (isParted ? DraftDeployment.WHY_ALL : ""));
        }
        return all;
    }

    /** Tokens of its context; null if unknown. What LiteLLM calls {@code max_tokens} is not that. */
    static @Nullable String context(@Nullable ForeignNode info) {
        return whole(info, "max_input_tokens");
    }

    /** Tokens of an answer; null if unknown. */
    static @Nullable String maxOutput(PolicyDraft draft, @Nullable ForeignNode info) {
        String context = context(info);
        for (String name : new String[] {"max_output_tokens", "max_tokens"}) {
            String output = whole(info, name);
            ForeignNode at = info == null || output == null ? null : info.get(name);
            if (output != null && at != null) {
                if (context == null || new BigDecimal(output).compareTo(new BigDecimal(context)) <= 0) {
                    return output;
                }
                draft.remark(at, "is more than max_input_tokens, which is taken for the context: left out");
                return null;
            }
        }
        return null;
    }

    private static @Nullable String whole(@Nullable ForeignNode info, String name) {
        BigDecimal number = info == null ? null : info.number(name);
        return number == null
                        || number.signum() <= 0
                        || number.stripTrailingZeros().scale() > 0
                        || number.compareTo(MOST_TOKENS) > 0
                ? null
                : number.toBigIntegerExact().toString();
    }
}
