package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One policy, however its file is written: its models have one health. */
class PolicySpellingsTest {
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void policy() throws Exception {
        file = folder.resolve("policy.yaml");
        try (InputStream example = Objects.requireNonNull(
                getClass().getClassLoader().getResourceAsStream("llm-router/example-policy.yaml"))) {
            Files.copy(example, file);
        }
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void everyWayToWriteAFileIsOnePolicyWhichGoesByTheFirst() throws Exception {
        LlmRouterContext context = LlmRouterContext.of(camel);
        Path relative = Path.of("").toAbsolutePath().relativize(file.toAbsolutePath());
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), folder);
        LoadedPolicy first = context.policy(relative.toString());

        assertThat(context.policy("file:" + relative)).isSameAs(first);
        assertThat(context.policy("file:./" + relative)).isSameAs(first);
        assertThat(context.policy(file.toAbsolutePath().toString())).isSameAs(first);
        assertThat(context.policy("file:" + file.toAbsolutePath())).isSameAs(first);
        assertThat(context.policy(file.toAbsolutePath().toUri().toString())).isSameAs(first);
        assertThat(context.policy(folder + "/../" + folder.getFileName() + "/policy.yaml"))
                .isSameAs(first);
        assertThat(context.policy(linked.resolve("policy.yaml").toString())).isSameAs(first);
        assertThat(context.policies()).containsOnlyKeys(relative.toString());
        assertThat(first.policy().source()).isEqualTo(relative.toString());
    }

    /** Evidence and models lie beside the name; and a ConfigMap's links are led elsewhere with each change. */
    @Test
    void aLinkInPlaceOfTheFileStaysWhatItIsWhenItLeadsElsewhere() throws Exception {
        LlmRouterContext context = LlmRouterContext.of(camel);
        Path other = Files.createDirectory(folder.resolve("mounted"));
        Path link = Files.createSymbolicLink(other.resolve("policy.yaml"), file);
        LoadedPolicy mounted = context.policy(link.toString());
        assertThat(mounted).isNotSameAs(context.policy(file.toString()));

        Path next = Files.copy(file, folder.resolve("next.yaml"));
        Files.delete(link);
        Files.createSymbolicLink(link, next);

        assertThat(context.policy(link.toString())).isSameAs(mounted);
        assertThat(context.policy("file:" + link)).isSameAs(mounted);
    }

    @Test
    void otherResourcesAreWhatTheirUriSays() {
        LlmRouterContext context = LlmRouterContext.of(camel);
        LoadedPolicy example = context.policy("classpath:llm-router/example-policy.yaml");

        assertThat(context.policy("classpath:llm-router/example-policy.yaml")).isSameAs(example);
        assertThat(context.policy(file.toString())).isNotSameAs(example);
    }
}
