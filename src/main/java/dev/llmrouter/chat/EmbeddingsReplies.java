package dev.llmrouter.chat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes answers with vectors. Vectors are read token by token into arrays of 32-bit floats: as a tree, a batch
 * would take more than ten times the memory. Numbers with more digits than such a float holds are rounded to it.
 */
final class EmbeddingsReplies {
    private static final int MAX_TEXT = 100_000_000;
    private static final int FIRST_ROOM = 1_536;
    private static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(MAX_TEXT)
                            .build())
                    .build())
            .build();

    private EmbeddingsReplies() {}

    static ChatReply read(byte[] bytes) throws MalformedReplyException {
        try (JsonParser parser = JSON.createParser(bytes)) {
            return read(new Reading(parser), bytes.length);
        } catch (IOException e) {
            throw none(bytes.length, null);
        }
    }

    /** What was used is kept where it came before what cannot be read. */
    private static ChatReply read(Reading reading, int size) throws MalformedReplyException {
        try {
            return reading.read();
        } catch (IOException | IllegalArgumentException e) {
            throw none(size, reading.usage);
        }
    }

    private static MalformedReplyException none(int size, @Nullable Usage usage) {
        return new MalformedReplyException("The answer holds no embeddings (" + size + " bytes)", usage);
    }

    /** One answer as it is read. */
    private static final class Reading {
        private final JsonParser parser;
        private final List<float @Nullable []> vectors = new ArrayList<>();
        private String model = "";
        private @Nullable Usage usage;
        private @Nullable JsonNode error;

        /** What is wrong with the vectors; the rest is read for what was used. Null if nothing is. */
        private @Nullable String fault;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        ChatReply read() throws IOException, MalformedReplyException {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedReplyException("The answer is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("data") && value == JsonToken.START_ARRAY) {
                    data();
                } else if (field.equals("model") && value == JsonToken.VALUE_STRING) {
                    model = parser.getText();
                } else if (field.equals("usage") && value == JsonToken.START_OBJECT) {
                    usage = usage(JSON.readTree(parser));
                } else if (field.equals("error") && value != JsonToken.VALUE_NULL) {
                    error = JSON.readTree(parser);
                } else {
                    parser.skipChildren();
                }
            }
            JsonNode failure = error;
            if (failure != null) {
                throw OpenAiReplies.failed(failure, usage);
            }
            return new ChatReply("", model, 0, List.of(), usage, Dialect.Name.EMBEDDINGS, null, complete());
        }

        /** No text has no tokens: 0 means not counted. */
        private static @Nullable Usage usage(ObjectNode told) {
            long total = Json.count(told, "total_tokens");
            long tokens = Math.max(Json.count(told, "prompt_tokens"), total);
            return TokenCounts.areTold(told, "prompt_tokens", "total_tokens") && TokenCounts.isPossible(total)
                    ? Usage.of(tokens, 0)
                    : null;
        }

        private Embeddings complete() throws MalformedReplyException {
            List<float[]> all = new ArrayList<>(vectors.size());
            for (float[] vector : vectors) {
                if (vector == null) {
                    wrong("The answer leaves out a vector");
                } else {
                    all.add(vector);
                }
            }
            String first = fault;
            if (first != null) {
                throw new MalformedReplyException(first, usage);
            }
            try {
                return new Embeddings(all);
            } catch (IllegalArgumentException e) {
                throw new MalformedReplyException("The answer is of no use: " + e.getMessage(), usage);
            }
        }

        private void wrong(String what) {
            fault = fault == null ? what : fault;
        }

        private void data() throws IOException {
            int position = 0;
            for (JsonToken entry = parser.nextToken();
                    entry != null && entry != JsonToken.END_ARRAY;
                    entry = parser.nextToken()) {
                if (entry != JsonToken.START_OBJECT) {
                    wrong("The answer has an entry that is no object");
                    parser.skipChildren();
                    continue;
                }
                int index = position;
                float[] vector = null;
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String field = parser.currentName();
                    JsonToken value = parser.nextToken();
                    if (field.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                        index = parser.getIntValue();
                    } else if (field.equals("embedding") && value == JsonToken.START_ARRAY) {
                        vector = numbers();
                    } else if (field.equals("embedding") && value == JsonToken.VALUE_STRING) {
                        vector = decoded(parser.getText());
                    } else {
                        parser.skipChildren();
                    }
                }
                put(index, vector);
                position++;
            }
        }

        /** Servers may answer out of order, but not with a gap that no batch has. */
        private void put(int index, float @Nullable [] vector) {
            if (vector == null
                    || index < 0
                    || index > 100_000
                    || index < vectors.size() && vectors.get(index) != null) {
                wrong("The answer has an entry without a vector, or with a wrong index");
                return;
            }
            while (vectors.size() <= index) {
                vectors.add(null);
            }
            vectors.set(index, vector);
        }

        private float[] decoded(String text) {
            try {
                return base64(text);
            } catch (MalformedReplyException e) {
                wrong(String.valueOf(e.getMessage()));
            } catch (IllegalArgumentException e) {
                wrong("The answer has a vector that is not Base64");
            }
            return new float[0];
        }

        private float[] numbers() throws IOException {
            float[] read = new float[FIRST_ROOM];
            int size = 0;
            for (JsonToken token = parser.nextToken();
                    token != null && token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                if (!token.isNumeric() || !Float.isFinite(parser.getFloatValue())) {
                    wrong("The answer has a vector that is not made of numbers");
                    parser.skipChildren();
                    continue;
                }
                if (size == read.length) {
                    read = Arrays.copyOf(read, size * 2);
                }
                read[size++] = parser.getFloatValue();
            }
            return Arrays.copyOf(read, size);
        }
    }

    /** 32-bit floats, the lowest byte first. Source: openai-python, {@code resources/embeddings.py}. */
    private static float[] base64(String text) throws MalformedReplyException {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() % Float.BYTES != 0) {
            throw new MalformedReplyException("The answer has a vector that is not made of 32-bit floats");
        }
        float[] vector = new float[bytes.remaining() / Float.BYTES];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = finite(bytes.getFloat());
        }
        return vector;
    }

    private static float finite(float value) throws MalformedReplyException {
        if (!Float.isFinite(value)) {
            throw new MalformedReplyException("The answer has a vector with a value that is not a number");
        }
        return value;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** @throws IllegalArgumentException if the answer has no vectors */
    static byte[] write(ChatReply reply, boolean base64) {
        Embeddings embeddings = reply.embeddings();
        if (embeddings == null) {
            throw new IllegalArgumentException("the answer has no vectors");
        }
        int number = embeddings.dimensions() * embeddings.vectors().size();
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(1_024, Math.min(number, 1 << 24) * 6));
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            int index = 0;
            for (float[] vector : embeddings.vectors()) {
                json.writeStartObject();
                json.writeStringField("object", "embedding");
                json.writeNumberField("index", index++);
                vector(json, vector, base64);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("model", reply.model());
            Usage usage = reply.usage();
            if (usage != null) {
                json.writeObjectFieldStart("usage");
                json.writeNumberField("prompt_tokens", usage.inputTokens());
                json.writeNumberField("total_tokens", usage.inputTokens());
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void vector(JsonGenerator json, float[] vector, boolean base64) throws IOException {
        if (base64) {
            json.writeStringField("embedding", base64(vector));
            return;
        }
        json.writeArrayFieldStart("embedding");
        for (float value : vector) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}
