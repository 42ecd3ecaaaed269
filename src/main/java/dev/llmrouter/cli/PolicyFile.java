package dev.llmrouter.cli;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.Placeholders;
import dev.llmrouter.policy.load.PolicyLoader;
import dev.llmrouter.policy.load.PolicyResource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which policy a command works on, and its text. */
final class PolicyFile {
    /** Names the policy where the command line does not. */
    static final String VARIABLE = "LLM_ROUTER_POLICY";

    /** The policy that is used where nothing names another. */
    static final String EXAMPLE = "classpath:llm-router/example-policy.yaml";

    private static final String REMEDY = "Name it with --policy FILE or in " + VARIABLE + ".";
    private static final String CLASSPATH = "classpath:";
    private static final String FILE = "file:";

    private PolicyFile() {}

    /** The option's value, else that of {@value #VARIABLE}, else {@value #EXAMPLE}. */
    static String choose(@Nullable String option, Map<String, String> environment) {
        if (option != null) {
            return option;
        }
        String variable = environment.getOrDefault(VARIABLE, "");
        return variable.isBlank() ? EXAMPLE : variable;
    }

    /** The file that a name stands for; null for one of the class path, or a name that is no path. */
    static @Nullable Path path(String name) {
        try {
            return name.startsWith(CLASSPATH)
                    ? null
                    : Path.of(name.startsWith(FILE) ? name.substring(FILE.length()) : name);
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /**
     * The resource that a name stands for: {@code classpath:...}, {@code file:...} or a path.
     *
     * @throws IOException if the name is no path
     */
    static PolicyResource resource(String name) throws IOException {
        if (name.startsWith(CLASSPATH)) {
            return new ClassPathResource(name);
        }
        try {
            return PolicyResource.file(Path.of(name.startsWith(FILE) ? name.substring(FILE.length()) : name));
        } catch (InvalidPathException e) {
            throw new IOException("it is no file name", e);
        }
    }

    /**
     * A policy for work that calls nobody: placeholders without a value become {@code unset}, so that no key is needed.
     *
     * @throws Unreadable if it cannot be read; the message says why
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    static RoutingPolicy loadWithoutSecrets(Path file, Clock clock) throws Unreadable {
        return load(file.toString(), clock, "unset", REMEDY);
    }

    /**
     * The same for a name as {@link #resource} takes it.
     *
     * @throws Unreadable if it cannot be read; the message says why
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    static RoutingPolicy loadWithoutSecrets(String name, Clock clock) throws Unreadable {
        return load(name, clock, "unset", REMEDY);
    }

    /**
     * The same for a policy that another option names.
     *
     * @param option as {@code --against}
     * @throws Unreadable if it cannot be read; the message says why
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    static RoutingPolicy loadAnother(String option, String name, Clock clock) throws Unreadable {
        return load(name, clock, "unset", "Name a policy with " + option + " FILE.");
    }

    /**
     * A policy whose providers are called: a key whose placeholder has no value is not set.
     *
     * @throws Unreadable if it cannot be read; the message says why
     * @throws dev.llmrouter.policy.load.PolicyException if it is not usable
     */
    static RoutingPolicy load(Path file, Clock clock) throws Unreadable {
        return load(file.toString(), clock, null, REMEDY);
    }

    private static RoutingPolicy load(String name, Clock clock, @Nullable String missing, String remedy)
            throws Unreadable {
        try (ExpressionCompiler expressions = new ExpressionCompiler()) {
            return PolicyLoader.builder(clock)
                    .placeholders(Placeholders.ofEnvironment(System.getenv()).orElse(key -> property(key, missing)))
                    .expressions(expressions)
                    .build()
                    .load(resource(name).read(), name);
        } catch (IOException e) {
            throw new Unreadable(unreadable(name, e, remedy), e);
        }
    }

    private static @Nullable String property(String name, @Nullable String missing) {
        String value = System.getProperty(name.startsWith("sys:") ? name.substring("sys:".length()) : name);
        return value == null ? missing : value;
    }

    /** Where a policy's evidence lies unless something else is said: beside it. */
    static Path evidence(String name) {
        if (name.startsWith(CLASSPATH)) {
            return Path.of("evidence");
        }
        Path file = Path.of(name.startsWith(FILE) ? name.substring(FILE.length()) : name);
        return file.resolveSibling("evidence");
    }

    /** What every command says of a policy that cannot be read: which, why, and what to do. */
    static String unreadable(String name, IOException e) {
        return unreadable(name, e, REMEDY);
    }

    private static String unreadable(String name, IOException e, String remedy) {
        return "the policy " + name + " cannot be read: " + reason(name, e) + ". " + remedy;
    }

    /** A policy cannot be read; the message says which, why, and what to do. */
    static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1;

        private Unreadable(String message, IOException cause) {
            super(message, cause);
        }
    }

    /** Why a file cannot be read, in words that go on from "cannot be read: ". */
    private static String reason(String name, IOException e) {
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "access is denied";
        }
        boolean folder = !name.startsWith(CLASSPATH) && isFolder(name);
        return folder ? "it is a folder" : String.valueOf(e.getMessage());
    }

    private static boolean isFolder(String name) {
        try {
            return Files.isDirectory(Path.of(name.startsWith(FILE) ? name.substring(FILE.length()) : name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private record ClassPathResource(String source) implements PolicyResource {
        @Override
        public String read() throws IOException {
            String path = source.substring(CLASSPATH.length());
            String name = path.startsWith("/") ? path.substring(1) : path;
            try (InputStream in = PolicyFile.class.getClassLoader().getResourceAsStream(name)) {
                if (in == null) {
                    throw new FileNotFoundException(source);
                }
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }
}
