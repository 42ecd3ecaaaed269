package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorFileTest {
    private static final String TEXT = "a text that must not be kept";

    @TempDir
    private Path folder;

    private Path write() throws Exception {
        Path file = folder.resolve("policy.vectors");
        VectorFile.write(file, "one", Map.of(VectorFile.key(TEXT), new float[] {1.5f, -2}));
        return file;
    }

    @Test
    void givesBackWhatItWasGivenWithoutTheText() throws Exception {
        Path file = write();

        assertThat(VectorFile.read(file, "one").get(VectorFile.key(TEXT))).containsExactly(1.5f, -2);
        assertThat(VectorFile.read(file, "another")).isEmpty();
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain(TEXT);
        assertThat(folder.toFile().list()).containsExactly("policy.vectors");
    }

    @Test
    void noticesEveryChangedByteAndEveryMissingOne() throws Exception {
        Path file = write();
        byte[] good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            byte[] bad = good.clone();
            bad[i] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> VectorFile.read(file, "one"))
                    .as("byte %d", i)
                    .isInstanceOfAny(ModelFormatException.class, java.io.IOException.class);
            Files.write(file, Arrays.copyOf(good, i));
            assertThatThrownBy(() -> VectorFile.read(file, "one"))
                    .as("cut at %d", i)
                    .isInstanceOf(ModelFormatException.class);
        }
    }
}
