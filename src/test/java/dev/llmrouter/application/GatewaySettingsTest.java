package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of settings that editors on Windows write. */
class GatewaySettingsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void aFileThatNobodyWouldReadStopsTheStart(String encoding) throws Exception {
        Files.writeString(folder.resolve("application.properties"), "server.port=8081\n", Charset.forName(encoding));

        assertThatThrownBy(() -> GatewaySettings.checkFiles(folder))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("application.properties begins with a byte order mark or is in UTF-16")
                .hasMessageContaining("Save it in UTF-8 without a mark");
    }

    @Test
    void aByteOrderMarkStopsTheStart() throws Exception {
        Path file = Files.createDirectories(folder.resolve("config")).resolve("application.properties");
        Files.writeString(file, "\uFEFFserver.port=8081\n", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> GatewaySettings.checkFiles(folder))
                .hasMessageContaining("config/application.properties begins with a byte order mark");
    }

    @Test
    void aPlainFileAnEmptyOneAndNoneAreFine() throws Exception {
        assertThatCode(() -> GatewaySettings.checkFiles(folder)).doesNotThrowAnyException();
        Path file = Files.createFile(folder.resolve("application.properties"));
        assertThatCode(() -> GatewaySettings.checkFiles(folder)).doesNotThrowAnyException();
        Files.writeString(file, "#\n");
        assertThatCode(() -> GatewaySettings.checkFiles(folder)).doesNotThrowAnyException();
    }
}
