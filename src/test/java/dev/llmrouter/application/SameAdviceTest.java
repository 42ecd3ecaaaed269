package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.cli.AuditCommand;
import dev.llmrouter.cli.DocsCommand;
import dev.llmrouter.cli.ValidateCommand;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import dev.llmrouter.report.page.Block;
import dev.llmrouter.report.page.Html;
import dev.llmrouter.report.page.Markdown;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One ledger and one policy: dashboard, routing documentation and audit recommend the same. */
class SameAdviceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADVICE = Pattern.compile("<ul class=\"advice\">(.*?)</ul>", Pattern.DOTALL);
    private static final Pattern SENTENCE = Pattern.compile("<li><span class=\"tag \\w+\">[^<]+</span> ([^<]+)</li>");

    private static final String POLICY = """
            version: 1
            owner: team
            baseline: premium
            evidence: warn
            providers: { local: { protocol: simulator } }
            models:
              small: { provider: local, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
              large: { provider: local, context: 90000, price: { input: 10, output: 10, asOf: 2026-07-02 } }
            tiers: { economy: { models: [small] }, premium: { models: [large] } }
            tasks:
              sum: { tier: economy, description: d, rationale: r, margin: 0.05 }
              sort: { tier: economy, description: d, rationale: r }
              plan: { tier: premium, description: d, rationale: r }
            """;

    @TempDir
    Path folder;

    @Test
    void dashboardDocumentationAndAuditSayTheSame() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        fill();

        List<String> advice = new ArrayList<>();
        String audit = run(
                new AuditCommand(Clock.systemUTC(), Map.of()),
                "--policy",
                policy,
                "--data",
                folder,
                "--json",
                "--html",
                folder.resolve("audit.html"));
        JSON.readTree(audit).path("recommendations").forEach(each -> advice.add(each.textValue()));
        assertThat(advice)
                .hasSize(4)
                .anySatisfy(each -> assertThat(each).contains("Serve task 'sum' at tier 'premium'", "50.0 % of 200"))
                .anySatisfy(each -> assertThat(each).contains("Task 'sort': nothing proves"))
                .anySatisfy(each -> assertThat(each).contains("Task 'plan' stayed", "200 a week"))
                .anySatisfy(each -> assertThat(each).contains("were of no known task"));
        List<String> escaped = advice.stream().map(Html::escape).toList();
        assertThat(Files.readString(folder.resolve("audit.html"))).contains(escaped);

        assertThat(run(new DocsCommand(Clock.systemUTC(), Map.of()), "--policy", policy, "--data", folder))
                .contains(Markdown.write(List.of(new Block.Items(advice))));

        try (RunningGateway gateway =
                RunningGateway.start("--llm-router.policy=file:" + policy, "--llm-router.data=" + folder)) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(recommended(gateway, "/")).isEqualTo(escaped));
            // what to change does not depend on the time that is looked at, nor on the caller
            assertThat(recommended(gateway, "/?window=1h&caller=nobody")).isEqualTo(escaped);
            assertThat(recommended(gateway, "/?task=sort"))
                    .hasSize(2)
                    .allSatisfy(each -> assertThat(each).doesNotContain("&#39;sum&#39;", "&#39;plan&#39;"));
        }
    }

    @Test
    void theDashboardShowsThePointsAgainstTheBaselineThatTheEvidenceShows() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        fill();
        StringBuilder examples = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            examples.append("{\"task\":\"sum\",\"input\":\"ticket ")
                    .append(Integer.toString(i * 7919, 26))
                    .append("\",\"outputs\":{\"large\":{\"score\":1},\"small\":{\"score\":")
                    .append(i == 9 ? 0 : 1)
                    .append("}}}\n");
        }
        run(
                new ValidateCommand(),
                "--policy",
                policy,
                "--data",
                Files.writeString(folder.resolve("examples.jsonl"), examples),
                "--accept",
                "--by",
                "Ada Lovelace");

        try (RunningGateway gateway =
                RunningGateway.start("--llm-router.policy=file:" + policy, "--llm-router.data=" + folder)) {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(gateway.get("/").body())
                                    .containsPattern(
                                            "sort<span class=\"sub\">economy</span>(?s:.)*?"
                                                    + "<span class=\"sub\">small: -0\\.3 \\(-[0-9.]+ to \\+[0-9.]+, evidence, n=300\\)</span></td>"));
        }
    }

    private static List<String> recommended(RunningGateway gateway, String address) throws Exception {
        return ADVICE.matcher(gateway.get(address).body())
                .results()
                .map(match -> match.group(1))
                .flatMap(list -> SENTENCE.matcher(list).results())
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String run(Object command, Object... arguments) {
        StringWriter out = new StringWriter();
        new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(new StringWriter()))
                .execute(List.of(arguments).stream().map(String::valueOf).toArray(String[]::new));
        return out.toString();
    }

    private void fill() {
        List<RequestEntry> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(row("e" + i, "sum", "economy", i % 2 == 0 ? "passed" : "failed"));
            rows.add(row("p" + i, "sum", "premium", i % 10 == 0 ? "failed" : "passed"));
            rows.add(row("s" + i, "sort", "economy", null));
            rows.add(row("l" + i, "plan", "premium", null));
            rows.add(row("u" + i, null, "premium", null));
        }
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
        }
    }

    private static RequestEntry row(String id, @Nullable String task, String tier, @Nullable String verify) {
        boolean isCheap = tier.equals("economy");
        return LedgerRow.of(id, Instant.now().minus(Duration.ofMinutes(90)))
                .task(task)
                .to(tier, isCheap ? "small" : "large")
                .cost(isCheap ? 100_000_000L : 1_000_000_000L, 1_000_000_000L)
                .verify(verify)
                .took(800)
                .row();
    }
}
