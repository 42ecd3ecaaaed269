package dev.llmrouter.chat;

import java.util.List;

/**
 * The vectors of an answer, in the order of the inputs. All have the same number of dimensions, at least 1, and finite
 * values. The arrays are not copied and must not be changed.
 *
 * @param vectors at least one
 */
public record Embeddings(List<float[]> vectors) {
    /** @throws IllegalArgumentException if there is no vector, or one without values or of another length than the first */
    public Embeddings {
        vectors = List.copyOf(vectors);
        if (vectors.isEmpty()) {
            throw new IllegalArgumentException("there is no vector");
        }
        for (float[] vector : vectors) {
            if (vector.length == 0 || vector.length != vectors.get(0).length) {
                throw new IllegalArgumentException("vectors have no values, or different lengths");
            }
        }
    }

    /** Numbers of each vector. */
    public int dimensions() {
        return vectors.get(0).length;
    }
}
