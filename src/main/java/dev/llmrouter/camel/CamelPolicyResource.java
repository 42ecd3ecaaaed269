package dev.llmrouter.camel;

import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.policy.load.PolicyResource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/** Reads a policy through Camel's resource loader. */
final class CamelPolicyResource implements PolicyResource {
    private static final int MOST_BYTES = 4 * PolicyLoader.MAX_CHARACTERS;

    private final CamelContext camel;
    private final String uri;

    private CamelPolicyResource(CamelContext camel, String uri) {
        this.camel = camel;
        this.uri = uri;
    }

    /** A name with no scheme is a file. */
    static PolicyResource of(CamelContext camel, String uri) {
        Path file = file(uri);
        return file == null ? new CamelPolicyResource(camel, uri) : PolicyResource.file(file);
    }

    /** The file that a URI names; null if it names something else. */
    static @Nullable Path file(String uri) {
        if (uri.startsWith("file:")) {
            return Path.of(uri.substring("file:".length()));
        }
        return uri.matches("[a-z][a-z0-9+.-]+:.*") ? null : Path.of(uri);
    }

    /** The folder in which what belongs to a policy lies: the file's own, else the working directory. */
    static Path folder(String uri) {
        Path file = file(uri);
        Path parent = file == null ? null : file.toAbsolutePath().getParent();
        return parent == null ? Path.of("") : parent;
    }

    /**
     * What a URI names, the same for each way to write it. Of a file it is the name in its folder, and a link in place of the file is another one: what
     * belongs to a policy lies beside the name, and a mounted ConfigMap has its links changed.
     */
    static String identity(String uri) {
        Path file = file(uri);
        if (file == null) {
            return uri;
        }
        Path absolute = file.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            return "file:" + absolute;
        }
        try {
            return "file:" + parent.toRealPath().resolve(absolute.getFileName());
        } catch (IOException e) {
            return "file:" + absolute; // no such folder: reading the policy says so
        }
    }

    @Override
    public String source() {
        return uri;
    }

    @Override
    public String read() throws IOException {
        try {
            Resource resource = PluginHelper.getResourceLoader(camel).resolveResource(uri);
            if (resource == null || !resource.exists()) {
                throw new FileNotFoundException(uri);
            }
            try (InputStream in = resource.getInputStream()) {
                byte[] bytes = in.readNBytes(MOST_BYTES + 1);
                if (bytes.length > MOST_BYTES) {
                    throw new IOException("%s has more than %,d bytes; a policy has at most %,d characters"
                            .formatted(uri, MOST_BYTES, PolicyLoader.MAX_CHARACTERS));
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (RuntimeException e) {
            // Camel's resources wrap a host that does not answer so
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getMessage(), e);
        }
    }
}
