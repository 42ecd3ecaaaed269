package dev.llmrouter.classify.learned;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
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
    /** A character takes three bytes at most, or two of them four: more are more characters than a line may have. */
    private static final int MAX_BYTES = 3 * DataLines.MAX_LINE + 3;

    private final MessageDigest digest = digest();
    private final Path file;
    private final InputStream in;
    private final byte[] read = new byte[1 << 16];
    private int at;
    private int end;
    private final StringBuilder line = new StringBuilder();
    private int number;
    private boolean isOver;

    /**
     * Opens it.
     *
     * @throws DataFileException if it is a folder
     * @throws IOException if it cannot be read or its gzip stream is broken
     */
    public DataLineReader(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new DataFileException(
                    "the data set " + file + " is a folder. Name a JSON Lines file in UTF-8, plain or gzip.");
        }
        this.file = file;
        this.in = new DigestInputStream(open(file), digest);
    }

    /**
     * Reads one line; an empty one is told to nobody.
     *
     * @return whether there may be another
     * @throws DataFileException if the line is not in UTF-8: what stood there nobody can ask a model
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

    /** The file as a stream, unpacked. @throws IOException if it cannot be read, or is packed and broken */
    static InputStream open(Path path) throws IOException {
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
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean isCut = false;
        boolean isEnded = false;
        while (!isEnded && hasMore()) {
            int from = at;
            while (at < end && read[at] != '\n') {
                at++;
            }
            int most = Math.min(at - from, MAX_BYTES - bytes.size());
            bytes.write(read, from, most);
            isCut |= most < at - from;
            isEnded = at < end;
            at += isEnded ? 1 : 0;
        }
        decode(bytes.toByteArray(), isCut);
        return isEnded;
    }

    private boolean hasMore() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, in.read(read));
        }
        return at < end;
    }

    /** @param isCut whether the last character may be a part of one */
    private void decode(byte[] bytes, boolean isCut) throws DataFileException {
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, !isCut);
        if (result.isError()) {
            throw new DataFileException("the data set " + file + ": line " + (number + 1)
                    + " is not in UTF-8. Save the file so, or convert it, as with iconv -f UTF-16 -t UTF-8, or -f"
                    + " WINDOWS-1252. A file that was mixed has to be mended by hand.");
        }
        line.setLength(0);
        line.append(text.flip());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
