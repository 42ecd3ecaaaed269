package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the text of a policy comes from. Must be safe for use by many threads. */
public interface PolicyResource {
    /** Its name in messages and in {@link RoutingPolicy#source()}. */
    String source();

    /** Reads the whole text, anew each time. @throws IOException if it cannot be read just now */
    String read() throws IOException;

    /**
     * Something that changes whenever the text may have changed, found without reading it; empty if there is nothing of
     * the kind. The text is compared as well from time to time, so a stamp may be coarse.
     */
    default String stamp() throws IOException {
        return "";
    }

    /** A file of the file system. Symbolic links are followed, as Kubernetes needs for mounted ConfigMaps. */
    static PolicyResource file(Path file) {
        return new PolicyResource() {
            @Override
            public String source() {
                return file.toString();
            }

            @Override
            public String read() throws IOException {
                long size = Files.size(file);
                if (size > 4L * PolicyLoader.MAX_CHARACTERS) {
                    throw new IOException("%s has %,d bytes; a policy has at most %,d characters"
                            .formatted(file, size, PolicyLoader.MAX_CHARACTERS));
                }
                // Bytes that are no UTF-8 become replacement characters, which the checks then point at.
                return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            }

            @Override
            public String stamp() throws IOException {
                Path real = file.toRealPath();
                return real + "|" + Files.getLastModifiedTime(real).toInstant() + "|" + Files.size(real);
            }
        };
    }
}
