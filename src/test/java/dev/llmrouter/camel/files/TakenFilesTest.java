package dev.llmrouter.camel.files;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TakenFilesTest {
    private static GenericFile<Object> file(String name) {
        GenericFile<Object> file = new GenericFile<>();
        file.setFileName(name);
        file.setAbsoluteFilePath("/orders/inbox/" + name);
        file.setLastModified(0);
        return file;
    }

    /** "Done: new" and a line that began "ERROR" stood in the log. */
    @Test
    void aNameWithALineFeedWritesNoLineIntoTheLog() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(TakenFiles.class);
        logger.addAppender(log);
        try {
            TakenFiles taken = new TakenFiles();
            assertThat(taken.accept(file("new\nERROR fake.txt"))).isFalse();
            assertThat(taken.accept(file("new\nERROR fake.txt"))).isFalse();
            assertThat(taken.accept(file("\u001b[31m.jsonl"))).isFalse();
            assertThat(taken.accept(file("n\u00e4chste \u4e00.jsonl"))).isTrue();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.getFormattedMessage())
                        .contains("control characters")
                        .doesNotContain("\n", "\u001b"));
    }
}
