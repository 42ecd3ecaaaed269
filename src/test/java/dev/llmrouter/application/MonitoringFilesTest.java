package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.record.MeterNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts and the Grafana dashboard of the examples speak of meters that there are. */
@Tag("once")
class MonitoringFilesTest {
    private static final Path FOLDER = Path.of("examples", "monitoring");
    private static final Pattern METER = Pattern.compile("\\b((?:llm_router|gen_ai_client)_[a-z_]+)\\b");

    @TempDir
    Path output;

    @Test
    void nameMetersThatTheGatewayExposes() throws Exception {
        Set<String> exposed = new TreeSet<>();
        try (RunningGateway gateway = RunningGateway.start()) {
            gateway.post(
                    "/v1/chat/completions",
                    "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise this: rain\"}]}");
            gateway.post(
                    "/v1/chat/completions",
                    "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"What are stars?\"}]}");
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Matcher meter = METER.matcher(gateway.get("/metrics").body());
                while (meter.find()) {
                    exposed.add(meter.group(1));
                }
                assertThat(exposed).contains("llm_router_unclassified_total", "llm_router_requests_total");
            });
        }
        // counters that count nothing yet are not exposed; their names follow from those of the meters
        Set<String> counters = Arrays.stream(MeterNames.values())
                .map(name ->
                        name.meter().replace('.', '_') + (name.meter().endsWith(".cost") ? "_usd_total" : "_total"))
                .collect(Collectors.toSet());
        for (String file : new String[] {"alerts.yml", "grafana-dashboard.json"}) {
            Matcher meter = METER.matcher(Files.readString(FOLDER.resolve(file)));
            int named = 0;
            while (meter.find()) {
                named++;
                String name = meter.group(1);
                assertThat(exposed.contains(name) || counters.contains(name))
                        .as(file + " names " + name + "; exposed are " + exposed)
                        .isTrue();
            }
            assertThat(named).isPositive();
        }
        assertThat(new ObjectMapper()
                        .readTree(Files.readString(FOLDER.resolve("grafana-dashboard.json")))
                        .at("/panels"))
                .hasSizeGreaterThan(5);
    }

    @Test
    void passThePrometheusTool() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/promtool")), "promtool is not installed");
        assertThat(promtool("check", "rules", "alerts.yml")).contains("SUCCESS");
        assertThat(promtool("test", "rules", "alerts-test.yml")).contains("SUCCESS");
    }

    private String promtool(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 1];
        command[0] = "/usr/bin/promtool";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Path said = output.resolve("said");
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String text = Files.readString(said, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    @Test
    void qualityIsAMeterAsSoonAsAnOutputIsJudged() throws Exception {
        try (RunningGateway gateway = RunningGateway.start("--llm-router.quality-ms=200")) {
            for (boolean useful : new boolean[] {true, true, true, false}) {
                String id = gateway.post(
                                "/v1/chat/completions",
                                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Summarise this: rain\"}]}")
                        .headers()
                        .firstValue("x-llm-request-id")
                        .orElseThrow();
                gateway.post("/v1/feedback", "{\"request_id\":\"" + id + "\",\"useful\":" + useful + "}");
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(gateway.get("/metrics").body())
                            .contains("llm_router_quality{task=\"short-summary\",tier=\"economy\"} 0.75")
                            .contains("llm_router_useful{task=\"short-summary\",tier=\"economy\"} 3"));
        }
    }
}
