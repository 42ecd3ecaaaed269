package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.llmrouter.application.MatrixScriptClient.Language;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that nobody here wrote do the same things through the gateway, over sockets. What they did is the matrix of
 * {@code docs/clients.md}; {@code -Dllmrouter.rewrite=true} writes it there. Issue 16, 5.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("once")
class ClientMatrixTest {
    /** What each client does. */
    enum Scenario {
        PLAIN,
        STREAMED,
        TOOLS,
        STRUCTURED,
        ERROR,
        TIMEOUT,
        CANCEL;

        String title() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Path PAGE = Path.of("docs/clients.md");
    private static final String BEGIN = "<!-- matrix: written by ClientMatrixTest -->\n";
    private static final String END = "<!-- end of the matrix -->\n";

    private static final Map<String, MatrixClient> CLIENTS = new LinkedHashMap<>();
    private static final Map<String, Set<Scenario>> DONE = new LinkedHashMap<>();

    @TempDir
    private static Path folder;

    private static MatrixProvider provider;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        provider = new MatrixProvider();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: standard
                evidence: off
                providers:
                  local: { protocol: openai, baseUrl: "http://127.0.0.1:%d/v1" }
                  sim: { protocol: simulator }
                models:
                  real: { provider: local, context: 8000, capabilities: [tools, json-schema, json-object], price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  made-up: { provider: sim, capabilities: [embeddings], vectorSpace: made-up/64, price: { input: 1, asOf: 2026-07-02 } }
                tiers:
                  standard: { models: [real] }
                  vectors: { models: [made-up] }
                tasks: {}
                """.formatted(provider.port()));
        gateway = RunningGateway.start("--llm-router.policy=file:" + policy);
        String base = gateway.url();
        Stream.concat(
                        Stream.of(
                                new MatrixOpenAiClient(base),
                                new MatrixResponsesClient(base),
                                new MatrixAnthropicClient(base),
                                MatrixLangChain4jClient.openAi(base),
                                MatrixLangChain4jClient.anthropic(base),
                                new MatrixSpringAiClient(base)),
                        MatrixScriptClient.all(base).stream())
                .forEach(client -> {
                    CLIENTS.put(client.name(), client);
                    DONE.put(client.name(), EnumSet.noneOf(Scenario.class));
                });
    }

    @AfterAll
    static void stop() {
        CLIENTS.values().forEach(MatrixClient::close);
        gateway.close();
        provider.close();
    }

    static Stream<Arguments> calls() {
        return CLIENTS.keySet().stream()
                .flatMap(client -> Stream.of(Scenario.values()).map(scenario -> Arguments.of(client, scenario)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    @Order(1)
    @Timeout(90)
    void aClientIsServed(String name, Scenario scenario) throws Exception {
        MatrixClient client = Objects.requireNonNull(CLIENTS.get(name));
        String missing = client.missing();
        assumeTrue(missing == null, missing);
        // the client keeps its connection when its caller leaves: against a bare socket, without a gateway, too
        assumeTrue(
                !(client instanceof MatrixSpringAiClient && scenario == Scenario.CANCEL),
                "Spring AI on the JDK's HTTP client does not close a stream that its caller leaves");
        switch (scenario) {
            case PLAIN -> assertThat(client.plain("Count.")).isEqualTo("One two three.");
            case STREAMED -> {
                List<String> pieces = client.streamed("Count.");
                assertThat(pieces).hasSizeGreaterThan(1);
                assertThat(String.join("", pieces)).isEqualTo("One two three.");
            }
            case TOOLS -> assertThat(client.tools("Weather in Bern?")).isEqualTo("There is sun in Bern.");
            case STRUCTURED -> assertThat(client.structured("Who?")).isEqualTo("Ann 7");
            case ERROR -> assertThat(client.error()).isEqualTo(404);
            case TIMEOUT -> assertThat(client.timesOut("Wait.")).isTrue();
            case CANCEL -> {
                provider.left.drainPermits();
                client.leaves("Forever.");
                assertThat(provider.left.tryAcquire(20, TimeUnit.SECONDS))
                        .as("the provider's stream ends when the client has left")
                        .isTrue();
            }
        }
        Objects.requireNonNull(DONE.get(name)).add(scenario);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Anthropic JavaScript", "Anthropic Python"})
    @Order(1)
    @Timeout(90)
    void tokensAreCountedForAClient(String name) throws Exception {
        MatrixScriptClient client = (MatrixScriptClient) Objects.requireNonNull(CLIENTS.get(name));
        assumeTrue(client.missing() == null, client.missing());
        assertThat(client.run("count").path("tokens").asInt()).isBetween(200, 320);
    }

    static Stream<Arguments> programs() throws IOException {
        return Pattern.compile("(?s)```(python|js)\n(.*?)```")
                .matcher(Files.readString(PAGE))
                .results()
                .map(block ->
                        Arguments.of(block.group(1).equals("js") ? Language.NODE : Language.PYTHON, block.group(2)));
    }

    @Test
    @Order(1)
    void thePageHasLinesForTwoClientsInEachLanguage() throws Exception {
        assertThat(programs().map(block -> block.get()[0]))
                .containsExactlyInAnyOrder(Language.PYTHON, Language.NODE, Language.PYTHON, Language.NODE);
    }

    @ParameterizedTest
    @MethodSource("programs")
    @Order(1)
    @Timeout(90)
    void theLinesOfThePageRunAsTheyStand(Language language, String program) throws Exception {
        String missing = language.missing("openai");
        assumeTrue(missing == null, missing);
        assertThat(language.program(program.replace("http://127.0.0.1:8080", gateway.url())))
                .isEqualToNormalizingNewlines("One two three.\n");
    }

    /** The rows of clients that could not run here are taken as they are. */
    @Test
    @Order(2)
    void theDocumentationShowsWhatTheyDid() throws Exception {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(page).contains(BEGIN).contains(END);
        String written = page.substring(begin, end);
        String found = matrix(written);
        if (Boolean.getBoolean("llmrouter.rewrite")) {
            Files.writeString(PAGE, page.substring(0, begin) + found + page.substring(end));
            return;
        }
        assertThat(written)
                .as("%s is out of date; run this test with -Dllmrouter.rewrite=true", PAGE)
                .isEqualTo(found);
    }

    private static String matrix(String written) throws Exception {
        StringBuilder table = new StringBuilder("| client | version |");
        StringBuilder line = new StringBuilder("|---|---|");
        for (Scenario scenario : Scenario.values()) {
            table.append(' ').append(scenario.title()).append(" |");
            line.append("---|");
        }
        table.append('\n').append(line).append('\n');
        for (MatrixClient client : CLIENTS.values()) {
            if (client.missing() != null) {
                written.lines()
                        .filter(row -> row.startsWith("| " + client.name() + " |"))
                        .forEach(row -> table.append(row).append('\n'));
                continue;
            }
            table.append("| ")
                    .append(client.name())
                    .append(" | ")
                    .append(client.version())
                    .append(" |");
            Set<Scenario> done = Objects.requireNonNull(DONE.get(client.name()));
            for (Scenario scenario : Scenario.values()) {
                table.append(done.contains(scenario) ? " yes |" : " no |");
            }
            table.append('\n');
        }
        return table.toString();
    }
}
