package dev.llmrouter.cli;

import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * {@code install}: lays the application out in a folder, with a cache of what the JVM has loaded, linked and profiled in a
 * training run, so that it starts in a fraction of the time. No provider is called: the models of the run are simulated.
 * Exit code 0: done; 1: it could not be done; 2: wrong usage.
 */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description =
                "Lays the application out in a folder, so that it starts in a fraction of the time. The cache in it is of"
                        + " this very JVM: run the command again after an update of either.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:it could not be done", "2:wrong usage"})
final class InstallCommand extends ConsoleCommand {
    private static final SimulatorSettings AT_ONCE = new SimulatorSettings(Duration.ZERO, 0, Map.of(), Map.of(), 1);

    @Option(
            names = "--to",
            paramLabel = "DIR",
            required = true,
            description = "Folder to install in; empty, or an earlier install.")
    private Path to = Path.of("");

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long the training run answers requests; 1 to 600. Default: 20.")
    private int seconds = 20;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = out();
        if (seconds < 1 || seconds > 600) {
            throw new ParameterException(commandLine(), "--seconds is " + seconds + "; allowed are 1 to 600.");
        }
        Installation installation = Installation.of(to.toAbsolutePath().normalize(), applicationJar());
        say(out, "1 of 3: the application goes to " + installation.folder());
        installation.layOut();
        Path scratch = Files.createTempDirectory("llm-router-install");
        try (SimulatorServer models = SimulatorServer.start(Behaviour.of(AT_ONCE), Clock.systemUTC(), "127.0.0.1", 0)) {
            TrainingRun run = new TrainingRun(scratch, "http://127.0.0.1:" + models.port());
            say(out, "2 of 3: a training run of " + seconds + " s, with simulated models");
            Duration before = run.train(installation.trainingCommand(), Duration.ofSeconds(seconds));
            installation.checkCache();
            say(out, "3 of 3: the start, measured");
            Duration after = run.start(installation.command());
            say(
                    out,
                    String.format(
                            Locale.ROOT,
                            "First answer %.1f s after the start; in the training run, which had no cache, after %.1f s.",
                            after.toMillis() / 1e3,
                            before.toMillis() / 1e3));
        } finally {
            Installation.delete(scratch);
        }
        say(out, "start it: " + installation.launcher() + " serve");
        return 0;
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }

    /** The jar that this process runs from. @throws IllegalArgumentException if it runs from anything else */
    private static Path applicationJar() {
        Path path = Path.of(System.getProperty("java.class.path", "").split(java.io.File.pathSeparator, 2)[0]);
        if (!isApplication(path)) {
            throw new IllegalArgumentException(
                    "install runs from the application jar only: java -jar camel-llm-router-VERSION-app.jar install --to DIR");
        }
        return path.toAbsolutePath();
    }

    /** Whatever it is called. */
    private static boolean isApplication(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (JarFile jar = new JarFile(path.toFile())) {
            Manifest manifest = jar.getManifest();
            return manifest != null
                    && Main.class.getName().equals(manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS));
        } catch (IOException e) {
            return false; // no jar
        }
    }
}
