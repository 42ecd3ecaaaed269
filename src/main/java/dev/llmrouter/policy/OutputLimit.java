package dev.llmrouter.policy;

/** The field in which a provider of chat completions reads how many tokens an answer may have. */
public enum OutputLimit {
    /** The older name: Mistral and many compatible servers know no other. */
    MAX_TOKENS("max_tokens"),
    /** OpenAI's name since its reasoning models, which refuse the older one. */
    MAX_COMPLETION_TOKENS("max_completion_tokens");

    private final String field;

    OutputLimit(String field) {
        this.field = field;
    }

    /** The field's name in the request's JSON, and in a policy. */
    public String field() {
        return field;
    }
}
