package dev.llmrouter.classify.learned;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Vectors of examples, kept beside the policy so that they are made once: by the SHA-256 of each text, for one space. No text
 * is kept. The file ends with the SHA-256 of all before, and is replaced whole.
 */
public final class VectorFile {
    private static final int MAGIC = 0x4C4C4D56;
    private static final int VERSION = 1;
    private static final int MOST = 1_000_000;

    private VectorFile() {}

    /** Stands for a text: its SHA-256 in hexadecimal digits. */
    public static String key(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes vectors.
     *
     * @param space what they can be compared with
     * @param vectors by {@link #key}, all of the same length
     */
    public static void write(Path file, String space, Map<String, float[]> vectors) throws IOException {
        Path part = PartFile.beside(file);
        try {
            MessageDigest digest = sha256();
            try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(part))) {
                DataOutputStream out = new DataOutputStream(new DigestOutputStream(raw, digest));
                out.writeInt(MAGIC);
                out.writeInt(VERSION);
                out.writeUTF(space);
                out.writeInt(vectors.size());
                out.writeInt(vectors.isEmpty() ? 0 : vectors.values().iterator().next().length);
                for (Map.Entry<String, float[]> vector : vectors.entrySet()) {
                    out.write(HexFormat.of().parseHex(vector.getKey()));
                    for (float value : vector.getValue()) {
                        out.writeFloat(value);
                    }
                }
                out.flush();
                raw.write(digest.digest());
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * Reads vectors.
     *
     * @return by {@link #key}; empty if they are of another space
     * @throws IOException if there is no such file
     * @throws ModelFormatException if it is damaged
     */
    public static Map<String, float[]> read(Path file, String space) throws IOException, ModelFormatException {
        MessageDigest digest = sha256();
        try (DataInputStream in = new DataInputStream(
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), digest))) {
            if (in.readInt() != MAGIC || in.readInt() != VERSION) {
                throw new ModelFormatException("it is no file of vectors of this version");
            }
            boolean same = in.readUTF().equals(space);
            int count = in.readInt();
            int length = in.readInt();
            if (count < 0 || count > MOST || length < 0 || 4L * count * length > Files.size(file)) {
                throw new ModelFormatException("it is damaged");
            }
            Map<String, float[]> vectors = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String key = HexFormat.of().formatHex(in.readNBytes(32));
                float[] vector = new float[length];
                for (int j = 0; j < length; j++) {
                    vector[j] = in.readFloat();
                }
                vectors.put(key, vector);
            }
            byte[] counted = digest.digest();
            if (!MessageDigest.isEqual(counted, in.readNBytes(counted.length))) {
                throw new ModelFormatException("it is damaged");
            }
            return same ? vectors : Map.of();
        } catch (java.io.EOFException e) {
            throw new ModelFormatException("it is cut off");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
