package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
    @TempDir
    private Path folder;

    @Test
    void mayBeReadByWhomTheProcessLetsReadItsFiles() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path ordinary = Files.writeString(folder.resolve("ordinary"), "");

        assertThat(Files.getPosixFilePermissions(PartFile.beside(folder.resolve("evidence.json"))))
                .isEqualTo(Files.getPosixFilePermissions(ordinary));
    }

    @Test
    void twoWritersHaveOneEach() throws Exception {
        Path one = PartFile.beside(folder.resolve("evidence.json"));
        Path other = PartFile.beside(folder.resolve("evidence.json"));

        assertThat(other).isNotEqualTo(one).hasParent(one.getParent()).exists();
    }
}
