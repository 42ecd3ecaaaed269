package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the installed script says; that it starts the application is run with the jar, after the package. */
class InstallationTest {
    @TempDir
    private Path folder;

    @Test
    void theLauncherAndTheTrainingEndAProcessThatIsOutOfMemory() throws Exception {
        Path jar = Files.writeString(folder.resolve("app.jar"), "jar");
        Installation installation = Installation.of(folder.resolve("to"), jar);
        installation.layOut();

        assertThat(Files.readString(installation.launcher()))
                .contains(" -XX:+ExitOnOutOfMemoryError ", "*) JAVA_OPTS=\"-XX:-ExitOnOutOfMemoryError $JAVA_OPTS\"");
        assertThat(installation.command()).contains("-XX:+ExitOnOutOfMemoryError");
        assertThat(installation.trainingCommand()).contains("-XX:+ExitOnOutOfMemoryError");
    }
}
