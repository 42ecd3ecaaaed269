package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of {@code docs/failover.md} name tests that there are. Issue 3, 2. */
class FailoverPageTest {
    private static final Pattern NAME = Pattern.compile("`(?:([A-Z]\\w*Test)\\.)?([a-z]\\w{9,})`");

    @Test
    void everyTestThatTheTablesNameExists() throws IOException {
        String page = Files.readString(Path.of("docs/failover.md"));
        List<String> rows = page.substring(page.indexOf("## The sixteen scenarios"))
                .lines()
                .filter(line -> line.startsWith("| ") && line.contains("`"))
                .toList();
        List<String> missing = new ArrayList<>();
        for (String row : rows) {
            Matcher name = NAME.matcher(row);
            int named = 0;
            while (name.find()) {
                named++;
                String test = name.group(1) == null ? "FailoverScenariosTest" : name.group(1);
                if (!source(test).contains("void " + name.group(2) + "(")) {
                    missing.add(test + "." + name.group(2));
                }
            }
            assertThat(named).as(row).isPositive();
        }

        assertThat(missing).isEmpty();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(16 + 19);
        for (int scenario = 1; scenario <= 16; scenario++) {
            String number = String.format("| S%02d ", scenario);
            assertThat(rows).as(number).anyMatch(row -> row.startsWith(number));
        }
    }

    private static String source(String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            Path file = files.filter(path -> path.endsWith(test + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("there is no " + test));
            return Files.readString(file);
        }
    }
}
