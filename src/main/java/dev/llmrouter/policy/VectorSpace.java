package dev.llmrouter.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The space that an embedding model's vectors lie in: vectors of one space can be compared with each other, those of two
 * spaces never, even where they are of the same length. Written in the policy as {@code NAME/DIMENSIONS}.
 *
 * @param name what its owner calls it, mostly the name of the model that made it
 * @param dimensions numbers of a vector that is not shortened, 1 to {@value #MAX_DIMENSIONS}
 */
public record VectorSpace(String name, int dimensions) {
    /** More than any model that is known in 2026 gives. */
    public static final int MAX_DIMENSIONS = 65_536;

    private static final Pattern WRITTEN = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._:@+-]{0,99})/([1-9][0-9]{0,4})");

    /** @throws IllegalArgumentException if the dimensions are out of range */
    public VectorSpace {
        if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "dimensions are " + dimensions + "; allowed: 1 to " + MAX_DIMENSIONS + ".");
        }
    }

    /** Reads {@code NAME/DIMENSIONS}; null for anything else. */
    public static @Nullable VectorSpace parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return null;
        }
        int dimensions = Integer.parseInt(written.group(2));
        return dimensions > MAX_DIMENSIONS ? null : new VectorSpace(written.group(1), dimensions);
    }

    /** As the policy writes it. */
    @Override
    public String toString() {
        return name + "/" + dimensions;
    }
}
