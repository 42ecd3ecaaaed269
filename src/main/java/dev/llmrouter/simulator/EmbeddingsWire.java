package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Usage;
import java.util.Base64;

/** OpenAI embeddings. Source: OpenAI's API description, 2026-08-21; apart from the dialect of {@code chat}, as {@link Wire}. */
final class EmbeddingsWire {
    private EmbeddingsWire() {}

    static ObjectNode whole(ChatRequest request, String model, Usage usage) {
        boolean base64 = request.body() != null
                && request.body().path("encoding_format").asText().equals("base64");
        ObjectNode node = Wire.JSON.createObjectNode().put("object", "list");
        ArrayNode data = node.putArray("data");
        int index = 0;
        for (float[] vector : SimulatedEmbeddings.of(request, SimulatedEmbeddings.dimensionsOf(model))
                .vectors()) {
            ObjectNode each = data.addObject().put("object", "embedding").put("index", index++);
            if (base64) {
                each.put("embedding", packed(vector));
            } else {
                ArrayNode numbers = each.putArray("embedding");
                for (float value : vector) {
                    numbers.add(value);
                }
            }
        }
        node.put("model", model);
        node.putObject("usage").put("prompt_tokens", usage.inputTokens()).put("total_tokens", usage.inputTokens());
        return node;
    }

    /** 32-bit floats, the lowest byte first. */
    private static String packed(float[] vector) {
        byte[] bytes = new byte[vector.length * 4];
        for (int i = 0; i < vector.length; i++) {
            int bits = Float.floatToIntBits(vector[i]);
            for (int b = 0; b < 4; b++) {
                bytes[i * 4 + b] = (byte) (bits >>> 8 * b);
            }
        }
        return Base64.getEncoder().encodeToString(bytes);
    }
}
