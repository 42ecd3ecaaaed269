package dev.llmrouter.policy.convert;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a deployment of LiteLLM's proxy is asked for: what its mode says, or else its name.
 *
 * @param provider as the file calls it; empty where it says none
 * @param id of the model at its provider
 * @param embeds whether it makes embeddings
 * @param responds whether it is asked by the API for responses
 * @param refusal why it is out of scope; null if it is not
 */
record LiteLlmMode(
        String provider,
        String id,
        boolean embeds,
        boolean responds,
        @Nullable String refusal) {
    private static final String RESPONSES = "responses/";
    private static final String TEXT = "text-completion-openai";
    private static final Set<String> IN_SCOPE = Set.of("chat", "embedding", "responses");
    /** Prefixes that say how a deployment at Azure is asked, and are no part of its name. Source: LiteLLM, {@code main.py}. */
    private static final Pattern SERIES = Pattern.compile("^(o_series|gpt5_series)/");

    private static final Pattern COMPLETION = Pattern.compile("gpt-3\\.5-turbo-instruct.*|davinci-002|babbage-002");
    private static final Pattern MEDIA = Pattern.compile(
            "(dall-e|gpt-image|imagen|whisper|tts-|sora|omni-moderation|text-moderation).*|.*-(tts|transcribe)");

    /**
     * @param mode that is stated; null for none
     * @param stated provider that is stated by itself; null for none
     */
    static LiteLlmMode of(@Nullable String mode, @Nullable String stated, String called) {
        int slash = called.indexOf('/');
        String provider = stated != null ? stated : slash < 0 ? "" : called.substring(0, slash);
        String id = stated != null ? called : called.substring(slash + 1);
        if (provider.replace('_', '-').equals("azure")) {
            id = SERIES.matcher(id).replaceFirst("");
        }
        boolean isBridged = id.startsWith(RESPONSES);
        String plain = isBridged ? id.substring(RESPONSES.length()) : id;
        String lower = plain.toLowerCase(Locale.ROOT);
        boolean embeds = mode == null ? lower.contains("embed") : mode.equals("embedding");
        String refusal = null;
        if (mode != null && !IN_SCOPE.contains(mode)) {
            refusal = "is for " + mode + ", which is out of scope";
        } else if (called.startsWith("os.environ/")) {
            refusal = "its model is read from the environment: write its name, and convert again";
        } else if (provider.replace('_', '-').equals(TEXT)
                || mode == null && COMPLETION.matcher(lower).matches()) {
            refusal = "is for completion, which is out of scope";
        } else if (mode == null && MEDIA.matcher(lower).matches()) {
            refusal = "is called after a model for images, sound or moderation, which are out of scope: state its mode"
                    + " (model_info.mode: chat) if it is for chat";
        }
        return new LiteLlmMode(provider, plain, embeds, isBridged || "responses".equals(mode), refusal);
    }
}
