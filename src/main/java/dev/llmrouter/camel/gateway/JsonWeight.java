package dev.llmrouter.camel.gateway;

/**
 * What a body of JSON takes of the heap beyond its texts, by a look at its signs alone: each object and array, each field and each value is an object
 * of its own when it is read, so that three bytes ({@code {},}) can take more than a hundred. Sizes are those of Jackson's tree on a JVM of 64 bits
 * with compressed pointers, rounded up.
 */
final class JsonWeight {
    /** Bodies below this size are not looked at: as many of them as there may be under way (10,000) weigh less than the heap has. In bytes. */
    static final int LEAST = 256;

    /**
     * How much of the heap a byte of room stands for: bodies have a sixteenth of it, and what is read of them may have a quarter. An ordinary conversation
     * weighs less than its bytes, schemas of tools about twice as much.
     */
    private static final int BYTES_OF_ROOM = 4;

    private static final int CONTAINER = 80;
    private static final int FIELD = 48;
    private static final int VALUE = 32;

    private JsonWeight() {}

    /** Bytes of room that a body takes among those under way: its size at least. */
    static long room(byte[] body) {
        return body.length < LEAST ? body.length : Math.max(body.length, heap(body) / BYTES_OF_ROOM);
    }

    private static long heap(byte[] body) {
        long bytes = 0;
        boolean isText = false;
        boolean isJson = false; // of a text: arguments of tools, and what they answer, are read as well
        for (int i = 0; i < body.length; i++) {
            byte sign = body[i];
            if (isText) {
                if (sign == '\\') {
                    i++;
                    continue;
                }
                if (sign == '"') {
                    isText = false;
                    continue;
                }
                if (!isJson) {
                    continue;
                }
            }
            switch (sign) {
                case '"' -> {
                    isText = true;
                    isJson = i + 1 < body.length && (body[i + 1] == '{' || body[i + 1] == '[');
                }
                case '{', '[' -> bytes += CONTAINER;
                case ':' -> bytes += FIELD;
                case ',' -> bytes += VALUE;
                default -> {}
            }
        }
        return bytes;
    }
}
