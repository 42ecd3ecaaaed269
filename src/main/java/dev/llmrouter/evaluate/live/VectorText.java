package dev.llmrouter.evaluate.live;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.OptionalDouble;

/** A vector as the text of an answer, for the journal: Base64 of its numbers, 4 bytes each, little-endian. Stateless. */
public final class VectorText {
    private VectorText() {}

    public static String of(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /**
     * How near two vectors are: their cosine, with 0 for what points away.
     *
     * @return 0 to 1; empty if one is no vector, or their lengths differ
     */
    static OptionalDouble similarity(String one, String other) {
        ByteBuffer a = read(one);
        ByteBuffer b = read(other);
        if (a.remaining() == 0 || a.remaining() != b.remaining()) {
            return OptionalDouble.empty();
        }
        double dot = 0;
        double first = 0;
        double second = 0;
        while (a.hasRemaining()) {
            double x = a.getFloat();
            double y = b.getFloat();
            dot += x * y;
            first += x * x;
            second += y * y;
        }
        double lengths = Math.sqrt(first) * Math.sqrt(second);
        double cosine = lengths == 0 ? 0 : dot / lengths;
        return Double.isFinite(cosine) ? OptionalDouble.of(Math.max(0, Math.min(1, cosine))) : OptionalDouble.empty();
    }

    /** Empty for what is no vector. */
    private static ByteBuffer read(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            bytes = new byte[0]; // an answer without a vector
        }
        int usable = bytes.length % Float.BYTES == 0 ? bytes.length : 0;
        return ByteBuffer.wrap(bytes, 0, usable).order(ByteOrder.LITTLE_ENDIAN);
    }
}
