package dev.llmrouter.camel.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A file of requests, as it was found.
 *
 * @param lines number of requests: lines that are not empty, or 1 for a document
 * @param sha256 hash of the content, 64 hexadecimal digits: whether a file is the same as one before is told by it
 * @param stamp which file it was; a later one where only its time has changed
 */
record BatchInput(Path file, Form form, int lines, String sha256, AtomicReference<FileStamp> stamp) {
    /** How a file is read. */
    enum Form {
        /** One request a line. */
        LINES,
        /** One request: its text. */
        TEXT,
        /** One request: its JSON. */
        JSON
    }

    /** Whether a file of this name is one of requests. */
    static boolean isTaken(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return name.endsWith(".jsonl") || name.endsWith(".json") || name.endsWith(".txt");
    }

    /**
     * Reads the whole file, with memory for a line.
     *
     * @throws IOException if it cannot be read, or somebody writes to it meanwhile
     */
    static BatchInput of(Path file) throws IOException {
        FileStamp stamp = FileStamp.of(file);
        String name = nameOf(file).toLowerCase(Locale.ROOT);
        Form form = name.endsWith(".jsonl") ? Form.LINES : name.endsWith(".json") ? Form.JSON : Form.TEXT;
        int lines = 1;
        if (form == Form.LINES) {
            lines = 0;
            try (LineReader reader = new LineReader(file)) {
                while (reader.next() != null) {
                    lines++;
                }
            }
        }
        BatchInput input = new BatchInput(file, form, lines, hash(file), new AtomicReference<>(stamp));
        if (input.find() != FileStamp.Found.SAME) {
            throw new IOException(input.name() + " changes while it is read. It is taken when nobody writes to it.");
        }
        return input;
    }

    /** Whether the file is still the one that was found: touched it is, and read once more for that. */
    FileStamp.Found find() throws IOException {
        FileStamp.Found found = Objects.requireNonNull(stamp.get()).find(file);
        if (found == FileStamp.Found.WRITTEN) {
            FileStamp now = FileStamp.of(file);
            if (hash(file).equals(sha256) && now.find(file) == FileStamp.Found.SAME) {
                stamp.set(now);
                return FileStamp.Found.SAME;
            }
        }
        return found;
    }

    /** Hash of a file's content, 64 hexadecimal digits. */
    static String hash(Path file) throws IOException {
        MessageDigest digest = digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Hash of some bytes, 64 hexadecimal digits. */
    static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The file's own name. */
    String name() {
        return nameOf(file);
    }

    /** What the names of its results begin with: the name without {@code .jsonl}, with any other ending. */
    String stem() {
        String name = name();
        return form == Form.LINES ? name.substring(0, name.length() - ".jsonl".length()) : name;
    }

    /** The name under which the file is put away: of two files of one name the second gets a number. */
    String doneName(int number) {
        String name = name();
        int dot = name.lastIndexOf('.');
        return number == 1 ? name : name.substring(0, dot) + "." + number + name.substring(dot);
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }
}
