package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which route files an application loads. */
class RouteFilesTest {
    @TempDir
    private Path folder;

    @Test
    void aFileOfTheUserTakesThePlaceOfTheShippedOneInEitherLanguage() throws Exception {
        Path yaml = Files.writeString(folder.resolve("llm-route.yaml"), "");
        Path xml = Files.writeString(folder.resolve("llm-record.xml"), "");
        Path own = Files.writeString(folder.resolve("orders.camel.yaml"), "");
        assertThat(RouteFiles.locate(folder))
                .hasSize(RouteFiles.SHIPPED.size() + 1)
                .contains("file:" + yaml, "file:" + xml, "file:" + own)
                .doesNotContain("classpath:routes-xml/llm-route.xml", "classpath:routes-xml/llm-record.xml");
    }

    @Test
    void theSameFileInBothLanguagesIsRefused() throws Exception {
        Files.writeString(folder.resolve("llm-route.yaml"), "");
        Files.writeString(folder.resolve("llm-route.xml"), "");
        assertThatThrownBy(() -> RouteFiles.locate(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("llm-route.yaml")
                .hasMessageContaining("llm-route.xml")
                .hasMessageContaining("Keep one");
    }

    @Test
    void aFolderThatIsNotThereCountsAsEmpty() {
        assertThat(RouteFiles.locate(folder.resolve("none")))
                .hasSize(RouteFiles.SHIPPED.size())
                .allMatch(file -> file.startsWith("classpath:"));
    }
}
