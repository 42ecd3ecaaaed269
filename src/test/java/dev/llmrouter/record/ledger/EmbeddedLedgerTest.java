package dev.llmrouter.record.ledger;

import static dev.llmrouter.record.ledger.LedgerEntries.feedback;
import static dev.llmrouter.record.ledger.LedgerEntries.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The ledger in SQLite, and what it does when the database or the disk is in trouble. */
@Tag("once")
class EmbeddedLedgerTest extends LedgerGround {
    @Override
    LedgerSettings settings() {
        return LedgerSettings.embedded(folder);
    }

    private void later() {
        nanos.addAndGet(Ledger.RETRY_AFTER.toNanos() + 1);
    }

    private Path spool() {
        return folder.resolve(LedgerSpool.FILE);
    }

    @Test
    void aLockedDatabaseIsCaughtUpWithLater() throws Exception {
        try (Ledger ledger = open()) {
            try (Connection other =
                    DriverManager.getConnection("jdbc:sqlite:" + settings().file())) {
                other.createStatement().execute("BEGIN IMMEDIATE");
                ledger.write(List.of(request("a", 1L)));
                ledger.write(List.of(request("b", 2L)));
                assertThat(ledger.isWriting()).isFalse();
                assertThat(ledger.take(feedback("1", "a", true))).isEqualTo(Ledger.Taken.RECORDED);
                assertThat(LedgerSpool.count(folder)).isEqualTo(3);
                other.createStatement().execute("ROLLBACK");
            }
            later();
            ledger.write(List.of());
            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.lost()).isZero();
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(3);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(1);
        assertThat(spool()).isEmptyFile();
    }

    @Test
    void aDeletedOrReplacedDatabaseIsMadeAnew() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
            Files.delete(settings().file());
            ledger.write(List.of(request("b", 2L)));
            ledger.write(List.of(request("c", 3L)));
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(5);
    }

    private Ledger toBeOpened(Duration patience) {
        return Ledger.toBeOpened(settings(), nanos::get, patience);
    }

    @Test
    void whatComesBeforeTheLedgerIsOpenedWaitsForIt() throws Exception {
        try (Ledger ledger = toBeOpened(Duration.ofMinutes(1))) {
            CompletableFuture<Void> early = CompletableFuture.runAsync(() -> ledger.write(List.of(request("a", 1L))));
            while (!isSomebodyWaiting() && !early.isDone()) {
                Thread.onSpinWait();
            }
            ledger.open();
            early.get(20, TimeUnit.SECONDS);
            assertThat(ledger.spooled()).isZero();
            assertThat(ledger.isWriting()).isTrue();
        }
        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(1);
    }

    /** Whether somebody waits for it to be opened: only then is it free for others. */
    private static boolean isSomebodyWaiting() {
        return Thread.getAllStackTraces().entrySet().stream()
                .anyMatch(each -> each.getKey().getState() == Thread.State.TIMED_WAITING
                        && Arrays.stream(each.getValue())
                                .anyMatch(frame -> frame.getMethodName().equals("awaitWithPatience")));
    }

    @Test
    void whatComesWhileOpeningTakesLongGoesToTheSpool() throws Exception {
        try (Ledger ledger = toBeOpened(Duration.ofMillis(50))) {
            ledger.write(List.of(request("b", 2L)));
            assertThat(LedgerSpool.count(folder)).isEqualTo(1);
            assertThat(ledger.isWriting()).isFalse();
            assertThat(ledger.take(feedback("1", "b", true))).isEqualTo(Ledger.Taken.RECORDED);
            assertThat(ledger.awaitOpened()).isFalse();
            ledger.open();
            assertThat(ledger.awaitOpened()).isTrue();
            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.lost()).isZero();
        }
        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(2);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(1);
        assertThat(spool()).isEmptyFile();
    }

    @Test
    void openingGoesOnUntilItSucceedsAndNobodyElseTries() throws Exception {
        Files.writeString(settings().file(), "no database ".repeat(1000));
        try (Ledger ledger = toBeOpened(Duration.ofMinutes(1))) {
            CompletableFuture<Void> opening = CompletableFuture.runAsync(ledger::open);
            assertThat(ledger.awaitOpenedForever()).isTrue();
            ledger.write(List.of(request("a", 1L)));
            later();
            ledger.write(List.of(request("b", 2L)));
            assertThat(ledger.isWriting()).isFalse();
            ledger.open(); // somebody does it already
            assertThat(opening).isNotDone();
            Files.delete(settings().file());
            opening.get(20, TimeUnit.SECONDS);
            assertThat(ledger.isWriting()).isTrue();
            ledger.open(); // again: nothing is opened
            ledger.write(List.of(request("c", 3L)));
        }
        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(6);
    }

    @Test
    void aLedgerThatIsClosedWhileItIsOpenedLetsGoAndKeepsWhatItHasForTheNext() throws Exception {
        open().close();
        Ledger closed = toBeOpened(Duration.ofMillis(50));
        closed.write(List.of(request("a", 1L)));
        Thread opening = new Thread(closed::open);
        Thread closing = new Thread(closed::close);
        try (Connection other =
                DriverManager.getConnection("jdbc:sqlite:" + settings().file())) {
            OlderLedger.backTo(8, other.createStatement());
            other.createStatement()
                    .execute("BEGIN IMMEDIATE"); // it waits for this, to be brought up to date, or fails at once
            opening.start();
            closed.awaitOpened();
            closing.start();
            while (closing.isAlive() && closing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait(); // until it is closed: what comes of the attempt is then nobody's
            }
            other.createStatement().execute("ROLLBACK");
        }
        closing.join(20_000);
        opening.join(20_000);
        assertThat(closed.isWriting()).isFalse();
        open().close();

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(1);
    }

    @Test
    void nothingIsMadeAfterItWasClosed() throws Exception {
        Ledger closed = toBeOpened(Duration.ofMillis(50));
        closed.close();
        closed.open();
        assertThat(settings().file()).doesNotExist();

        Ledger early = toBeOpened(Duration.ofMinutes(1));
        CompletableFuture<Void> opening = CompletableFuture.runAsync(early::open);
        early.close(); // before, while or after it is opened
        boolean isMade = Files.exists(settings().file());
        opening.get(20, TimeUnit.SECONDS);
        assertThat(Files.exists(settings().file())).isEqualTo(isMade);
    }

    @Test
    void saysThatAFileIsWhereTheFolderShouldBe() throws Exception {
        Path file = Files.createFile(folder.resolve("data"));
        assertThatThrownBy(() -> LedgerDatabase.open(LedgerSettings.embedded(file)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("data is a file, and has to be a folder");
    }

    @Test
    void everyMigrationIsNamed() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/main/resources", LedgerMigrations.FOLDER))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(LedgerMigrations.NAMES);
        }
    }

    @Test
    void aBrokenDatabaseDoesNotStopTheStart() throws Exception {
        Files.writeString(
                settings().file(), "this is no database, and too long to be taken for an empty one".repeat(100));
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
            assertThat(ledger.isWriting()).isFalse();
            Files.move(settings().file(), folder.resolve("broken"), StandardCopyOption.REPLACE_EXISTING);
            later();
            ledger.write(List.of(request("b", 2L)));
            assertThat(ledger.isWriting()).isTrue();
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(3);
    }

    @Test
    void theSpoolIsBoundedAndWhatDoesNotFitWaitsInMemory() throws Exception {
        Files.writeString(settings().file(), "no database ".repeat(1000));
        try (Ledger ledger = Ledger.open(settings(), nanos::get, 5_000)) {
            List<RequestEntry> many = IntStream.range(0, 30_000)
                    .mapToObj(i -> request("r" + i, 1L))
                    .toList();
            ledger.write(many);

            assertThat(Files.size(spool())).isLessThanOrEqualTo(5_000);
            assertThat(ledger.spooled()).isPositive();
            assertThat(ledger.lost()).isEqualTo(30_000 - 20_000 - ledger.spooled());
            Files.delete(settings().file());
            later();
            ledger.write(List.of());
            assertThat(ledger.written()).isEqualTo(20_000 + ledger.spooled());
        }

        assertThat(spool()).isEmptyFile();
    }

    @Test
    void aSpoolThatCannotBeWrittenKeepsEntriesInMemory() throws Exception {
        Files.writeString(settings().file(), "no database ".repeat(1000));
        Files.createDirectory(spool());
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
            assertThat(ledger.lost()).isZero();
            Files.delete(spool());
            Files.delete(settings().file());
            later();
            ledger.write(List.of(request("b", 2L)));
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(3);
    }

    @Test
    void aTornLineOfTheSpoolCostsThatLineOnly() throws Exception {
        LedgerSpool spooled = new LedgerSpool(folder, 1_000_000);
        spooled.append(List.of(request("a", 1L)));
        Files.writeString(spool(), "{\"request\":{\"id\":\"to", StandardOpenOption.APPEND);
        spooled.append(List.of(request("b", 2L), feedback("1", "a", true)));
        open().close();

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(3);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(1);
    }

    @Test
    void aLineOfTheSpoolThatLacksAValueCostsThatLineOnly() throws Exception {
        LedgerSpool spooled = new LedgerSpool(folder, 1_000_000);
        Files.writeString(
                spool(),
                "{\"feedback\":{}}\n{\"request\":{\"id\":\"x\"}}\n{\"pair\":{}}\n{\"change\":{\"id\":\"y\"}}\n[]\n7\n{}\n",
                StandardOpenOption.CREATE_NEW);
        spooled.append(List.of(request("a", 1L), feedback("1", "a", true)));
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("b", 2L)));
            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.lost()).as("lines that are no entries").isEqualTo(7);
        }

        assertThat(spool()).isEmptyFile();
        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(3);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(1);
    }

    /** A gateway that starts on the folder before the last one has ended. */
    @Test
    void aSecondOneThatDrainsTheSpoolLosesNothingOfTheFirst() throws Exception {
        LedgerSpool first = new LedgerSpool(folder, 10_000_000);
        LedgerSpool second = new LedgerSpool(folder, 10_000_000);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 3_000; i++) {
                try {
                    first.append(List.of(request("r" + i, 1L)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        Set<String> taken = new HashSet<>();
        while (!writing.isDone() || !second.isEmpty()) {
            if (!second.isEmpty()) {
                second.drain(500, entries -> entries.forEach(each -> taken.add(each.id())));
            }
        }
        writing.get(1, TimeUnit.SECONDS);

        assertThat(taken).hasSize(3_000);
    }

    /** On Unix a process loses its locks of a file when it closes any handle of it. */
    @Test
    void whoCountsTheSpoolOrWaitsForItLetsNoOtherProcessInWhileItIsEmptied() throws Exception {
        LedgerSpool spooled = new LedgerSpool(folder, 1_000_000);
        spooled.append(List.of(request("a", 1L)));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
        List<CompletableFuture<Long>> counts = new ArrayList<>();
        List<String> said = new ArrayList<>();
        spooled.drain(500, entries -> {
            counts.add(CompletableFuture.supplyAsync(() -> counted(folder)));
            counts.add(CompletableFuture.supplyAsync(() -> counted(link)));
            assertThatThrownBy(() ->
                            CompletableFuture.runAsync(() -> appendTo(link)).get(60, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(SpoolHeldException.class);
            said.add(secondProcess());
        });
        said.add(secondProcess());

        assertThat(said).containsExactly("kept out", "appended 1");
        assertThat(LedgerSpool.count(folder)).isEqualTo(1);
        for (CompletableFuture<Long> each : counts) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isLessThan(2);
        }
        assertThat(folder.resolve(SpoolLock.FILE)).as("what is locked").exists();
    }

    private static long counted(Path folder) {
        try {
            return LedgerSpool.count(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void appendTo(Path folder) {
        try {
            new LedgerSpool(folder, 1_000_000).append(List.of(request("b", 2L)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String secondProcess() {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Appending.class.getName(),
                            folder.toString())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return output.lines().reduce("", (before, line) -> line);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A process of the test above. */
    static final class Appending {
        private Appending() {}

        public static void main(String[] arguments) throws Exception {
            try {
                int appended = new LedgerSpool(Path.of(arguments[0]), 1_000_000).append(List.of(request("c", 4L)));
                System.out.println("appended " + appended);
            } catch (SpoolHeldException e) {
                System.out.println("kept out");
            }
        }
    }

    /** Its rows are in the memory of this process alone, and neither room nor rights would help. */
    @Test
    void aSpoolThatSomebodyElseHasIsNamedAsThatAndItsRowsWait() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Ledger.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try (Ledger ledger = open();
                Connection other =
                        DriverManager.getConnection("jdbc:sqlite:" + settings().file())) {
            ledger.write(List.of());
            other.createStatement().execute("BEGIN IMMEDIATE");
            try (FileChannel spool = FileChannel.open(
                            folder.resolve(SpoolLock.FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = spool.lock()) {
                assertThat(held.isValid()).isTrue();
                ledger.write(List.of(request("a", 1L)));
                assertThat(ledger.isWriting()).isFalse();
            }
            assertThat(spool()).doesNotExist();
            other.createStatement().execute("COMMIT");
            later();
            ledger.write(List.of());
            assertThat(ledger.isWriting()).isTrue();
        } finally {
            logger.detachAppender(log);
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(line -> assertThat(line)
                        .contains("is in use", "20000 entries wait in memory", "a folder of its own (llm-router.data)")
                        .doesNotContain("writable"));
        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(1);
    }

    @Test
    void whileSomebodyElseEmptiesTheSpoolNewRowsGoToTheDatabase() throws Exception {
        try (Ledger ledger = open()) {
            new LedgerSpool(folder, 1_000_000).append(List.of(request("a", 1L)));
            try (FileChannel spool = FileChannel.open(folder.resolve(SpoolLock.FILE), StandardOpenOption.WRITE);
                    FileLock held = spool.lock()) {
                assertThat(held.isValid()).isTrue();
                ledger.write(List.of(request("b", 2L)));
                assertThat(ledger.isWriting()).isTrue();
                assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(2);
            }
            ledger.write(List.of());
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(3);
    }

    @Test
    void anotherWriterIsWaitedFor() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
            whileAnotherWrites(ledger, () -> ledger.write(List.of(request("b", 2L))));
            whileAnotherWrites(ledger, () -> ledger.take(feedback("1", "a", true)));
            whileAnotherWrites(ledger, () -> assertThat(ledger.forget(1_001)).isEqualTo(3));
            whileAnotherWrites(ledger, () -> ledger.forgetRollups(1L << 50));

            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.spooled()).isZero();
        }
    }

    private void whileAnotherWrites(Ledger ledger, Runnable change) throws Exception {
        try (Connection other =
                DriverManager.getConnection("jdbc:sqlite:" + settings().file())) {
            other.createStatement().execute("PRAGMA busy_timeout = 0");
            other.createStatement().execute("BEGIN IMMEDIATE"); // which a ledger that keeps its lock would not let in
            CompletableFuture<Void> end = CompletableFuture.runAsync(
                    () -> {
                        try {
                            other.createStatement().execute("COMMIT");
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
            change.run();
            assertThat(ledger.spooled()).isZero();
            end.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSpoolOfANewerVersionIsRead() throws Exception {
        new LedgerSpool(folder, 1_000_000).append(List.of(request("a", 1L)));
        Files.writeString(spool(), Files.readString(spool()).replace("{\"request\":{", "{\"request\":{\"later\":[1],"));
        try (Ledger ledger = open()) {
            assertThat(ledger.isWriting()).isTrue();
            assertThat(ledger.lost()).isZero();
        }

        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(1);
    }

    @Test
    void whatTheEndLosesIsCountedAsLost() throws Exception {
        Files.writeString(settings().file(), "no database ".repeat(1000));
        Files.createDirectory(spool());
        Ledger ledger = open();
        ledger.write(List.of(request("a", 1L), request("b", 2L)));
        assertThat(ledger.lost()).isZero();
        ledger.close();

        assertThat(ledger.lost()).isEqualTo(2);
    }

    @Test
    void aClosedLedgerIsReadWhereNothingCanBeWritten() throws Exception {
        Path odd = Files.createDirectories(folder.resolve("of 100 % #1"));
        LedgerSettings there = LedgerSettings.embedded(odd);
        try (Ledger ledger = Ledger.open(there, nanos::get)) {
            ledger.write(List.of(request("a", 1L)));
        }
        try (Connection archive = LedgerConnections.connectToArchive(there.file());
                ResultSet row = archive.createStatement().executeQuery("SELECT COUNT(*) FROM llm_request")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(1);
            assertThatThrownBy(() -> archive.createStatement().execute("DELETE FROM llm_request"))
                    .hasMessageContaining("readonly");
        }
        assertThat(odd)
                .isDirectoryNotContaining(each -> each.getFileName().toString().matches(".*-(wal|shm)"));
    }

    @Test
    void aLedgerThatIsInUseIsNotReadAsAnArchive() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));

            assertThatThrownBy(
                            () -> LedgerConnections.connectToArchive(settings().file()))
                    .hasMessageContaining("was not closed")
                    .hasMessageContaining("Copy the folder");
        }
    }

    /** A power failure in the middle of a name that is not ASCII, and appends after it; then one more at the end. */
    @Test
    void aLineThatIsTornWithinACharacterCostsThatLineOnly() throws Exception {
        LedgerSpool spooled = new LedgerSpool(folder, 1_000_000);
        byte[] torn = "{\"request\":{\"id\":\"\u00fc".getBytes(StandardCharsets.UTF_8);
        spooled.append(List.of(request("a", 1L)));
        Files.write(spool(), Arrays.copyOf(torn, torn.length - 1), StandardOpenOption.APPEND);
        spooled.append(List.of(request("b", 2L), feedback("1", "a", true)));
        Files.write(spool(), Arrays.copyOf(torn, torn.length - 1), StandardOpenOption.APPEND);
        assertThat(LedgerSpool.count(folder)).isEqualTo(5);
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("c", 4L)));
            assertThat(ledger.isWriting()).isTrue();
        }

        assertThat(spool()).isEmptyFile();
        assertThat(count("SELECT SUM(cost_pico_usd) FROM llm_request")).isEqualTo(7);
        assertThat(count("SELECT COUNT(*) FROM llm_feedback")).isEqualTo(1);
    }

    @Test
    void aReaderReadsWhileTheLedgerWrites() throws Exception {
        try (Ledger ledger = open();
                Connection reader =
                        DriverManager.getConnection("jdbc:sqlite:" + settings().file())) {
            reader.setAutoCommit(false);
            reader.createStatement()
                    .executeQuery("SELECT COUNT(*) FROM llm_request")
                    .close();
            ledger.write(List.of(request("a", 1L)));
            assertThat(ledger.isWriting()).isTrue();
            reader.commit();
            assertThat(count("SELECT COUNT(*) FROM llm_request")).isEqualTo(1);
        }
    }

    /** The ledger stayed closed, and tried the same again and again. */
    @Test
    void sumsThatCannotBeMadeAnewKeepNoEntryOut() throws Exception {
        try (Ledger ledger = open()) {
            ledger.write(List.of(request("a", 1L)));
        }
        execute(
                "DELETE FROM llm_hour",
                "CREATE TRIGGER broken BEFORE DELETE ON llm_hour BEGIN SELECT RAISE(ABORT, 'not now'); END",
                "CREATE TRIGGER broken_too BEFORE INSERT ON llm_task_hour WHEN new.bucket_ms = 0 BEGIN SELECT RAISE(ABORT, 'not now'); END");
        try (Ledger ledger = open()) {
            ledger.write(List.of(LedgerRow.at("b", 1_764_000_000_000L).row()));
            assertThat(ledger.isWriting()).isTrue();
        }
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.lacksSums()).isTrue();
        }
        execute("DROP TRIGGER broken", "DROP TRIGGER broken_too");
        open().close();
        try (LedgerReader reader = LedgerReader.open(settings())) {
            assertThat(reader.lacksSums()).isFalse();
        }
        assertThat(count("SELECT SUM(requests) FROM llm_hour")).isEqualTo(2);
    }
}
