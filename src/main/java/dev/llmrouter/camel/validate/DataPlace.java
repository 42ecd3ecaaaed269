package dev.llmrouter.camel.validate;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.camel.Exchange;
import org.apache.camel.WrappedFile;

/**
 * The file of a data set: the one that the body is, or one in the folder {@value #OUT}, named by the hash of the body, so that the
 * same data find the answers of an earlier run. A text is data, never a file's name.
 */
final class DataPlace {
    static final String OUT = "llm-router.validate.out";

    private DataPlace() {}

    /** @throws IllegalArgumentException if there is no data set; the message says what to do */
    static Path of(Exchange exchange) throws IOException {
        Object body = exchange.getMessage().getBody();
        Object inside = body instanceof WrappedFile<?> wrapped ? wrapped.getFile() : body;
        if (inside instanceof Path path) {
            return existing(path);
        }
        if (inside instanceof File file) {
            return existing(file.toPath());
        }
        InputStream lines = exchange.getMessage().getBody(InputStream.class);
        if (lines == null) {
            throw new IllegalArgumentException("there is no data set: the body is "
                    + (inside == null ? "empty" : "a " + inside.getClass().getName())
                    + ". Give a file, or a text or stream in JSON Lines.");
        }
        Path folder = Path.of(exchange.getContext()
                .getPropertiesComponent()
                .resolveProperty(OUT)
                .filter(text -> !text.isBlank())
                .orElse("validation"));
        Files.createDirectories(folder);
        Path part = Files.createTempFile(folder, "data", ".part");
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(lines, digest)) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            String hash = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
            return placed(part, folder.resolve(hash + ".jsonl"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** The same data may be under validation by another exchange, which would take a newer file for a change of them. */
    private static Path placed(Path part, Path file) throws IOException {
        return Files.isRegularFile(file) && Files.mismatch(part, file) == -1
                ? file
                : Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path existing(Path file) {
        if (Files.notExists(file)) {
            throw new IllegalArgumentException(
                    "the data set " + file + " does not exist. Name a JSON Lines file in UTF-8, plain or gzip.");
        }
        return file;
    }
}
