package dev.llmrouter.policy;

/** The wire format that a provider speaks. */
public enum Protocol {
    /** OpenAI chat completions: OpenAI itself, Azure OpenAI, vLLM, Ollama, Mistral, Groq and many more. */
    OPENAI,
    /** OpenAI Responses: OpenAI itself, and whoever serves {@code POST /v1/responses} as it does. */
    OPENAI_RESPONSES,
    /** Anthropic messages. */
    ANTHROPIC,
    /** Google Gemini generateContent. */
    GEMINI,
    /** The built-in simulator, in process; costs nothing and knows nothing. */
    SIMULATOR
}
