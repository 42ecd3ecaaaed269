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
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.WrappedFile;

/**
 * The file of a data set: the one that the body is, or one in the folder {@value #OUT}, named by the hash of the body, so that the
 * same data find the answers of an earlier run. A text is data, never a file's name.
 */
final class DataPlace {
    static final String OUT = "llm-router.validate.out";

    private DataPlace() {}

    static Path of(Exchange exchange) throws IOException, InvalidPayloadException {
        Object body = exchange.getMessage().getBody();
        Object inside = body instanceof WrappedFile<?> wrapped ? wrapped.getFile() : body;
        if (inside instanceof Path path) {
            return path;
        }
        if (inside instanceof File file) {
            return file.toPath();
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
            try (InputStream in =
                    new DigestInputStream(exchange.getMessage().getMandatoryBody(InputStream.class), digest)) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            }
            String hash = HexFormat.of().formatHex(digest.digest()).substring(0, 16);
            return Files.move(part, folder.resolve(hash + ".jsonl"), StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
