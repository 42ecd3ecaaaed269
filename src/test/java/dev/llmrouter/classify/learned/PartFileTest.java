package dev.llmrouter.classify.learned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.stream.Stream;
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

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static void halfOf(OutputStream out) throws IOException {
        out.write(new byte[1 << 17]);
        throw new IOException("No space left on device");
    }

    @Test
    void anEarlierFileStaysWhereTheNextCannotBeWritten() throws Exception {
        Path report = Files.writeString(folder.resolve("report.html"), "the last one");

        assertThatThrownBy(() -> PartFile.write(report, PartFileTest::halfOf))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(report + ": No space left on device");

        assertThat(report).hasContent("the last one");
        assertThat(names()).containsExactly("report.html");
        PartFile.writeText(report, "the next one");
        assertThat(report).hasContent("the next one");
        assertThat(names()).containsExactly("report.html");
    }

    @Test
    void aFileThatCannotBeWrittenIsNotLeftEmpty() throws Exception {
        Path report = folder.resolve("report.html");
        Path elsewhere = folder.resolve("none/report.html");

        assertThatThrownBy(() -> PartFile.write(report, PartFileTest::halfOf)).hasMessageStartingWith(report + ": ");
        assertThatThrownBy(() -> PartFile.writeText(elsewhere, "text"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(elsewhere.toString());

        assertThat(names()).isEmpty();
    }

    @Test
    void linksAndRightsStay() throws Exception {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path file = Files.writeString(folder.resolve("file"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);

        PartFile.writeText(link, "new");

        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-rw----");
    }

    /** Root writes a report into a folder of somebody else, who could not read it any more. */
    @Test
    void theOwnerStays() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old");
        UserPrincipalLookupService users = folder.getFileSystem().getUserPrincipalLookupService();
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        assumeTrue(view != null);
        UserPrincipal nobody;
        try {
            nobody = users.lookupPrincipalByName("nobody");
            view.setOwner(nobody);
            view.setGroup(users.lookupPrincipalByGroupName("nogroup"));
        } catch (IOException e) {
            assumeTrue(false, "only root can give files away: " + e);
            return;
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

        PartFile.writeText(file, "new");

        PosixFileAttributes now = Files.readAttributes(file, PosixFileAttributes.class);
        assertThat(file).hasContent("new");
        assertThat(now.owner()).isEqualTo(nobody);
        assertThat(now.group().getName()).isEqualTo("nogroup");
        assertThat(PosixFilePermissions.toString(now.permissions())).isEqualTo("rw-r-----");
    }

    /** As a container has a single file of its host. */
    @Test
    void aFileThatIsMountedIsWrittenInPlace() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "old and longer");
        Path host = Files.writeString(folder.resolve("host"), "old and longer");
        assumeTrue(ran("mount", "--bind", host.toString(), file.toString()), "only root can mount");
        try {
            PartFile.writeText(file, "new");
            assertThat(host).hasContent("new");
        } finally {
            assertThat(ran("umount", file.toString())).isTrue();
        }
        assertThat(names()).containsExactly("file", "host");
    }

    private static boolean ran(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatIsNoFileIsWrittenInPlace() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        assertThatThrownBy(() -> PartFile.writeText(full, "text")).hasMessage("/dev/full: No space left on device");
        assertThat(full).exists();
        assertThatThrownBy(() -> PartFile.writeNew(full, "text")).hasMessage("/dev/full: No space left on device");
        Path nowhere = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("file"));
        PartFile.writeText(nowhere, "text");
        assertThat(folder.resolve("file")).hasContent("text");
    }

    /** It was opened anew: what stood there before was gone, and what came after stood in its midst. */
    @Test
    void standardOutputGoesOnWhereItStands() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/dev/stdout")));
        for (String name : List.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")) {
            Path file = Files.writeString(folder.resolve("all"), "before\n");
            int ended = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Printing.class.getName(),
                            name)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                    .start()
                    .waitFor();
            assertThat(ended).isZero();
            assertThat(file).as(name).hasContent("before\nheader\ntext\nnew\nfooter\n");
        }
    }

    /** A process that writes to its output in two ways. */
    static final class Printing {
        private Printing() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println("header");
            PartFile.writeText(Path.of(arguments[0]), "text\n");
            PartFile.writeNew(Path.of(arguments[0]), "new\n");
            System.out.println("footer");
        }
    }

    @Test
    void aNewFileTakesNoOthersPlace() throws Exception {
        Path file = folder.resolve("policy.yaml");
        PartFile.writeNew(file, "mine");

        assertThatThrownBy(() -> PartFile.writeNew(file, "other"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessage(file.toString());

        assertThat(file).hasContent("mine");
        assertThat(names()).containsExactly("policy.yaml");
    }

    @Test
    void twoWritersHaveOneEach() throws Exception {
        Path one = PartFile.beside(folder.resolve("evidence.json"));
        Path other = PartFile.beside(folder.resolve("evidence.json"));

        assertThat(other).isNotEqualTo(one).hasParent(one.getParent()).exists();
    }
}
