package dev.llmrouter.classify.learned;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/** Reads {@link DataLines} one at a time, for those who take the next line when they are ready. Use by one thread at a time. */
public final class DataLineReader implements Closeable {
    private final MessageDigest digest = digest();
    private final Reader reader;
    private final StringBuilder line = new StringBuilder();
    private int number;
    private boolean isOver;

    /** @throws IOException if the file cannot be read or its gzip stream is broken */
    public DataLineReader(Path file) throws IOException {
        reader = new BufferedReader(
                new InputStreamReader(new DigestInputStream(open(file), digest), StandardCharsets.UTF_8), 1 << 16);
    }

    /**
     * Reads one line; an empty one is told to nobody.
     *
     * @return whether there may be another
     * @throws IOException if the file cannot be read
     */
    public boolean next(DataLines.Sink sink) throws IOException {
        if (isOver) {
            return false;
        }
        isOver = !readLine();
        DataLines.accept(++number, line, sink);
        return !isOver;
    }

    /** Hash of the unpacked content, 64 hexadecimal digits; to be asked once, after the last line. */
    public String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        }
    }

    private static InputStream open(Path path) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return gzip ? new GZIPInputStream(raw, 1 << 16) : raw;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** Puts the next line into {@code line}, cut where it is too long; false at the end of the file. */
    private boolean readLine() throws IOException {
        line.setLength(0);
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n') {
                return true;
            }
            if (line.length() <= DataLines.MAX_LINE) {
                line.append((char) c);
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
