package dev.llmrouter.classify.learned;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Examples with their vectors, to see which of them a text is like. Filled by one thread, then read by many. */
public final class NearestExamples {
    private record Known(String id, String task, float[] unit) {}

    /**
     * An example and how near it is.
     *
     * @param id of its line, see {@link LabelledExample}
     * @param similarity cosine of the two vectors, -1 to 1
     */
    public record Near(String id, String task, double similarity) {}

    private final List<Known> examples = new ArrayList<>();

    /** @throws IllegalArgumentException if the vector has no direction */
    public void add(String id, String task, float[] vector) {
        examples.add(new Known(id, task, VectorModel.unit(vector)));
    }

    /**
     * The examples whose vectors are nearest.
     *
     * @param most how many at most
     * @throws IllegalArgumentException if the vector has another length than those of the examples, or no direction
     */
    public List<Near> of(float[] vector, int most) {
        if (examples.isEmpty()) {
            return List.of();
        }
        int length = examples.get(0).unit().length;
        if (vector.length != length) {
            throw new IllegalArgumentException(
                    "the vector has " + vector.length + " numbers, those of the examples have " + length);
        }
        float[] unit = VectorModel.unit(vector);
        return examples.stream()
                .map(known -> new Near(known.id(), known.task(), VectorModel.dot(unit, known.unit())))
                .sorted(Comparator.comparingDouble(Near::similarity).reversed())
                .limit(most)
                .toList();
    }
}
