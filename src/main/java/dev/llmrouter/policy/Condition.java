package dev.llmrouter.policy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rule looks at. Every part that is given must hold; a condition with no part is not allowed by the loader.
 * Null or empty means "not given".
 *
 * @param simple Camel Simple predicate over the exchange
 * @param jsonpath JSONPath predicate over the request body as it was received
 * @param headers message headers with the value that each must have, without regard to case of the name; a value that
 *     ends in {@code *} stands for a prefix
 * @param metadata the same for the request's {@code metadata}
 * @param tags any of these is among the request's tags ({@code x-llm-tags})
 * @param keywords any of these words or phrases stands in the latest user message or the instructions, whole words,
 *     without regard to case
 * @param regex RE2 expression that is found in the latest user message
 * @param tokensOver estimated input tokens are more than this
 * @param tokensUnder estimated input tokens are fewer than this
 * @param languageIn the language of the input is one of these (ISO 639-1)
 * @param languageNotIn the language of the input is none of these; an unknown language counts as none of them
 * @param modalities the input has all of these besides text ({@code image}, {@code audio}, {@code document})
 * @param tools whether the request offers tools
 * @param responseSchema whether the request asks for an answer by a JSON schema
 * @param contains structure that stands in the input: {@code code}, {@code json}, {@code markup}, {@code table}
 * @param turnsOver the conversation has more user messages than this
 * @param questionsOver the input asks more questions than this
 * @param outputTokensOver more output tokens than this are asked for
 */
public record Condition(
        @Nullable String simple,
        @Nullable String jsonpath,
        Map<String, String> headers,
        Map<String, String> metadata,
        Set<String> tags,
        List<String> keywords,
        @Nullable String regex,
        @Nullable Integer tokensOver,
        @Nullable Integer tokensUnder,
        Set<String> languageIn,
        Set<String> languageNotIn,
        Set<String> modalities,
        @Nullable Boolean tools,
        @Nullable Boolean responseSchema,
        Set<String> contains,
        @Nullable Integer turnsOver,
        @Nullable Integer questionsOver,
        @Nullable Integer outputTokensOver) {

    public Condition {
        headers = Ordered.copyOf(headers);
        metadata = Ordered.copyOf(metadata);
        tags = Set.copyOf(tags);
        keywords = List.copyOf(keywords);
        languageIn = Set.copyOf(languageIn);
        languageNotIn = Set.copyOf(languageNotIn);
        modalities = Set.copyOf(modalities);
        contains = Set.copyOf(contains);
    }
}
