package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.main.DefaultConfigurationProperties;
import org.apache.camel.main.MainConfigurationProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library needs no Spring: the same routes in a JVM whose class path has none. */
class CamelMainTest {
    @TempDir
    private Path folder;

    @Test
    void theDocumentationNamesAPatternThatKeepsTheDefaultOfCamel() throws Exception {
        String isDefault =
                new DefaultConfigurationProperties<MainConfigurationProperties>() {}.getRoutesIncludePattern();
        assertThat(CamelMainApplication.ROUTES).isEqualTo(isDefault + ",classpath:routes-xml/*.xml");
        for (String page : List.of("README.md", "docs/running.md")) {
            assertThat(Files.readString(Path.of(page)))
                    .contains("camel.main.routes-include-pattern=" + CamelMainApplication.ROUTES);
        }
    }

    @Test
    void theShippedRoutesRunUnderCamelMainWithoutSpringBesideThoseOfTheUser() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("camel")).resolve("own.yaml"), """
                - route:
                    id: own
                    from:
                      uri: direct:own
                      steps:
                        - to: direct:llm-route
                """);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().contains("spring"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder + File.pathSeparator + classPath,
                        CamelMainApplication.class.getName())
                .redirectErrorStream(true)
                .start();

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .contains("spring=absent", "status=200 tier=economy")
                .containsPattern("text=.*simulated.*It rains")
                .containsPattern("own=.*simulated.*It snows");
    }
}
