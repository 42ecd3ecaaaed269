package dev.llmrouter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.cli.LintCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the documentation shows works: its policies pass lint, its routes load, its commands and files exist. */
class DocumentationTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!http|#)([^)#]+)");

    @TempDir
    private Path folder;

    private record Snippet(Path file, String language, String text) {}

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
        try (Stream<Path> docs = Files.walk(Path.of("docs"));
                Stream<Path> examples = Files.walk(Path.of("examples"))) {
            Stream.concat(docs, examples)
                    .filter(path -> path.toString().endsWith(".md"))
                    .forEach(documents::add);
        }
        return documents;
    }

    private static List<Snippet> snippets() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        for (Path document : documents()) {
            Matcher block = BLOCK.matcher(Files.readString(document));
            while (block.find()) {
                snippets.add(new Snippet(document, block.group(1), block.group(2)));
            }
        }
        return snippets;
    }

    @Test
    void everyPolicyPassesLint() throws Exception {
        List<Snippet> policies = snippets().stream()
                .filter(snippet ->
                        snippet.language().equals("yaml") && snippet.text().startsWith("version: 1"))
                .toList();
        assertThat(policies).isNotEmpty();
        for (Snippet policy : policies) {
            Path file = Files.writeString(folder.resolve("policy.yaml"), policy.text());
            StringWriter out = new StringWriter();
            int code = new CommandLine(new LintCommand(Clock.systemUTC(), Map.of()))
                    .setOut(new PrintWriter(out, true))
                    .execute("--policy", file.toString());
            assertThat(code).as(policy.file() + ": " + out).isZero();
        }
    }

    @Test
    void everyRouteLoads() throws Exception {
        int loaded = 0;
        for (Snippet snippet : snippets()) {
            boolean xml = snippet.language().equals("xml") && snippet.text().contains("<route");
            boolean yaml = snippet.language().equals("yaml") && snippet.text().startsWith("- ");
            if (!xml && !yaml) {
                continue;
            }
            String text = xml
                    ? "<routes xmlns=\"http://camel.apache.org/schema/xml-io\">" + snippet.text() + "</routes>"
                    : snippet.text();
            try (DefaultCamelContext camel = new DefaultCamelContext()) {
                camel.build();
                PluginHelper.getRoutesLoader(camel)
                        .loadRoutes(ResourceHelper.fromString("snippet." + (xml ? "xml" : "yaml"), text));
                assertThat(((ModelCamelContext) camel).getRouteDefinitions())
                        .as(snippet.toString())
                        .isNotEmpty();
            }
            loaded++;
        }
        assertThat(loaded).isGreaterThanOrEqualTo(2);
    }

    @Test
    void everyLinkLeadsToAFile() throws Exception {
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                Path parent = document.getParent() == null ? Path.of("") : document.getParent();
                assertThat(parent.resolve(link.group(1)))
                        .as(document + " links to " + link.group(1))
                        .exists();
            }
        }
    }

    /** A policy sends {@code ${NAME}} as it stands. */
    @Test
    void noKeyIsWrittenAsAShellWrites() throws Exception {
        assertThat(snippets())
                .filteredOn(snippet -> snippet.language().equals("yaml"))
                .noneMatch(snippet -> snippet.text().matches("(?s).*apiKey: *\"?\\$.*"));
    }
}
