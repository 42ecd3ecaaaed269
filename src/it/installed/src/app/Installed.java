package app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Installs the application and starts it from there, as a user would. */
public final class Installed {
    private Installed() {}

    public static void main(String[] arguments) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Path to = Path.of(arguments[1]);

        String said = run(0, java, "-jar", arguments[0], "install", "--to", to.toString(), "--seconds", "2");
        expect(said.contains("First answer "), "the start is measured", said);

        Path launcher = to.resolve("bin/camel-llm-router");
        expect(run(0, launcher.toString(), "--version").contains("camel-llm-router "), "the script starts it", "");
        try (Stream<Path> files = Files.list(to.resolve("app"))) {
            expect(files.anyMatch(file -> file.getFileName().toString().startsWith("cache.")), "there is a cache", said);
        }

        Path other = Files.createDirectories(to.resolveSibling("other"));
        Files.writeString(other.resolve("mine.txt"), "mine");
        String refused = run(2, java, "-jar", arguments[0], "install", "--to", other.toString());
        expect(refused.contains("not empty"), "a folder with other things is refused", refused);
        expect(Files.exists(other.resolve("mine.txt")), "and left as it was", refused);
        System.out.println("installed and started");
    }

    private static String run(int code, String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int ended = process.waitFor();
        expect(ended == code, "exit code " + code + " of " + String.join(" ", command) + ", not " + ended, said);
        return said;
    }

    private static void expect(boolean holds, String what, String said) {
        if (!holds) {
            throw new IllegalStateException("expected: " + what + "\n" + said);
        }
    }
}
