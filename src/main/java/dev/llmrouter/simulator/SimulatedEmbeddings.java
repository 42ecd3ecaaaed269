package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Embeddings;
import dev.llmrouter.chat.EmbeddingsDialect;
import dev.llmrouter.chat.Part;
import dev.llmrouter.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Makes vectors of texts: each word, pair of words and run of four letters adds 1 or -1 at a place that its hash names, and
 * the sum is brought to length 1. So the same text has the same vector at every model of the same dimensions, and texts that
 * share words are close. Source: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009. Knows nothing
 * of meaning.
 */
final class SimulatedEmbeddings {
    /** Of OpenAI's text-embedding-3-small; for models that nothing is known of. */
    private static final int DEFAULT_DIMENSIONS = 1_536;

    private static final int LARGE_DIMENSIONS = 3_072;
    private static final int GRAM = 4;

    private SimulatedEmbeddings() {}

    /** Dimensions of a model by its name at OpenAI (docs/guides/embeddings, 2026-08-21). */
    static int dimensionsOf(String model) {
        return model.startsWith("text-embedding-3-large") ? LARGE_DIMENSIONS : DEFAULT_DIMENSIONS;
    }

    /** @param dimensions of the model; a request may name other ones */
    static Embeddings of(ChatRequest request, int dimensions) {
        Integer asked = EmbeddingsDialect.dimensions(request);
        int length = asked == null ? dimensions : asked;
        List<Part> inputs = request.messages().get(0).parts();
        List<float[]> vectors = new ArrayList<>(inputs.size());
        for (int i = 0; i < inputs.size(); i++) {
            vectors.add(vector(words(request, inputs.get(i), i), length));
        }
        return new Embeddings(vectors);
    }

    static Usage usage(ChatRequest request) {
        return Usage.of(TokenEstimate.input(request), 0);
    }

    /** Tokens of the longest input. */
    static int longestInput(ChatRequest request) {
        return request.messages().get(0).parts().stream()
                .mapToInt(TokenEstimate::input)
                .max()
                .orElse(0);
    }

    private static List<String> words(ChatRequest request, Part input, int index) {
        List<String> words = new ArrayList<>();
        if (input instanceof Part.Text text) {
            for (String word : text.text().toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
                if (!word.isEmpty()) {
                    words.add(word);
                }
            }
            if (words.isEmpty()) {
                words.add(text.text());
            }
            return words;
        }
        JsonNode all = request.body() == null ? null : request.body().get("input");
        if (all != null) {
            JsonNode tokens = all.get(0).isArray() ? all.get(index) : all;
            tokens.forEach(token -> words.add(token.asText()));
        }
        return words;
    }

    private static float[] vector(List<String> words, int length) {
        double[] sum = new double[length];
        String before = "";
        for (String word : words) {
            add(sum, word, 1);
            add(sum, before + " " + word, 0.5);
            for (int at = 0; at + GRAM <= word.length() && word.length() > GRAM; at++) {
                add(sum, "#" + word.substring(at, at + GRAM), 0.25);
            }
            before = word;
        }
        double square = 0;
        for (double value : sum) {
            square += value * value;
        }
        if (square == 0) { // features that took each other's place away
            sum[0] = 1;
            square = 1;
        }
        float[] vector = new float[length];
        for (int i = 0; i < length; i++) {
            vector[i] = (float) (sum[i] / Math.sqrt(square));
        }
        return vector;
    }

    private static void add(double[] sum, String feature, double weight) {
        long hash = Chance.hash(0, feature);
        int place = (int) Math.floorMod(hash, (long) sum.length);
        sum[place] += (hash >>> 62 & 1) == 0 ? weight : -weight;
    }
}
