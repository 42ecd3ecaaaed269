package dev.llmrouter.cli;

import static dev.llmrouter.cli.LiveValidationGround.line;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.Fault;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Validation that calls models: what is asked, paid and kept. Issue 6, items 1 and 2. */
@Tag("once")
class LiveValidationTest {
    @RegisterExtension
    final LiveValidationGround ground = new LiveValidationGround();

    @Test
    void asksBothModelsOnceAndNeverAgain() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(60);
        assertThat(ground.run("--max-cost", "1", "--json"))
                .as(ground.err.toString())
                .isZero();
        assertThat(ground.server().bill().of("big").calls()).isEqualTo(60);
        assertThat(ground.server().bill().of("small").calls()).isEqualTo(60);
        JsonNode first = new ObjectMapper().readTree(ground.out.toString());
        assertThat(first.at("/tasks/0/verdict").asText()).isEqualTo("pass");
        assertThat(first.at("/tasks/0/n").asInt()).isEqualTo(60);
        assertThat(ground.run("--max-cost", "1", "--json")).isZero();
        assertThat(new ObjectMapper().readTree(ground.out.toString())).isEqualTo(first);
        assertThat(ground.calls()).isEqualTo(120);
    }

    @Test
    void recordedAnswersAreUsedInPlaceOfCalls() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String outputs = i % 3 == 0
                    ? ",\"outputs\":{\"big\":{\"text\":\"yes\",\"cost_usd\":0.1},\"small\":{\"score\":1}}"
                    : i % 3 == 1 ? ",\"outputs\":{\"big\":{\"text\":\"yes\"}}" : "";
            lines.add(line(i, outputs));
        }
        Files.write(ground.dir.resolve("data.jsonl"), lines);
        assertThat(ground.run("--max-cost", "1")).as(ground.err.toString()).isZero();
        assertThat(ground.server().bill().of("big").calls()).isEqualTo(20);
        assertThat(ground.server().bill().of("small").calls()).isEqualTo(40);
    }

    /** Answers of the command simulate were taken for those of the provider whose address the policy named next. */
    @Test
    void answersFromThisMachineAreNotThoseOfAnotherAddress() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(60);
        assertThat(ground.run("--max-cost", "1")).isZero();
        assertThat(ground.err.toString()).contains("120 of 120 answers are the simulator's");
        assertThat(ground.run("--dry-run")).isZero();
        assertThat(ground.out.toString()).contains("in all: 0 calls");
        Path policy = ground.dir.resolve("policy.yaml");
        Files.writeString(
                policy,
                Files.readString(policy)
                        .replace("http://127.0.0.1:" + ground.server().port(), "https://models.example.com"));
        assertThat(ground.run("--dry-run")).isZero();
        assertThat(ground.out.toString()).contains("in all: 120 calls");
    }

    @Test
    void aDryRunCallsNobodyAndNeedsNoLeave() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(60);
        assertThat(ground.run("--dry-run")).isZero();
        assertThat(ground.out.toString()).contains("big: 60 calls", "small: 60 calls", "in all: 120 calls, USD 0.");
        assertThat(ground.run("--dry-run", "--json")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(ground.out.toString())
                        .path("calls")
                        .asInt())
                .isEqualTo(120);
        assertThat(ground.calls()).isZero();
        assertThat(ground.journal()).doesNotExist();
        assertThat(ground.err.toString()).doesNotContain("is not in the policy");
        Files.writeString(
                ground.dir.resolve("data.jsonl"),
                "{\"task\":\"stranger\",\"input\":\"x\"}\n",
                StandardOpenOption.APPEND);
        assertThat(ground.run("--dry-run")).isZero();
        assertThat(ground.err.toString()).contains("task 'stranger' of the data set is not in the policy");
    }

    @Test
    void theEstimateEnclosesTheBill() throws Exception {
        ground.serve(Behaviour.ofDefaults());
        ground.data(60);
        ground.run("--dry-run", "--json");
        BigDecimal most = new ObjectMapper()
                .readTree(ground.out.toString())
                .path("mostUsd")
                .decimalValue();
        ground.run("--max-cost", "1");
        assertThat(ground.server().bill().usd()).isPositive().isLessThanOrEqualTo(most);
    }

    @Test
    void moreThanOneDollarNeedsLeave() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.policy("");
        Files.writeString(
                ground.dir.resolve("policy.yaml"),
                Files.readString(ground.dir.resolve("policy.yaml")).replace("output: 8", "output: 800"));
        ground.data(60);
        assertThat(ground.run()).isEqualTo(2);
        assertThat(ground.err.toString()).contains("--max-cost", "--yes", "120 calls");
        assertThat(ground.calls()).isZero();
        assertThat(ground.run("--yes")).isZero();
        assertThat(ground.calls()).isEqualTo(120);
    }

    @Test
    void theCapHoldsWith64CallsAtATimeAndTheRunGoesOn() throws Exception {
        ground.serve(Behaviour.ofDefaults().toBuilder()
                .speed(Duration.ofMillis(15), 0)
                .build());
        ground.data(300);
        BigDecimal cap = new BigDecimal("0.02");
        assertThat(ground.run("--max-cost", cap.toPlainString(), "--parallel", "64"))
                .isEqualTo(1);
        assertThat(ground.err.toString()).contains("the cap of USD 0.02 is reached", "of 600 answers");
        assertThat(ground.out.toString()).isEmpty();
        assertThat(ground.server().bill().usd()).isLessThanOrEqualTo(cap).isGreaterThan(new BigDecimal("0.018"));
        long paid = ground.calls();
        assertThat(paid).isBetween(20L, 590L);
        assertThat(ground.run("--max-cost", cap.toPlainString(), "--parallel", "64"))
                .isEqualTo(1);
        assertThat(ground.server().bill().usd()).isLessThanOrEqualTo(cap);
        ground.run("--max-cost", "5", "--parallel", "64");
        assertThat(ground.out.toString()).contains("t: ");
        assertThat(ground.calls()).isEqualTo(600);
    }

    @Test
    void aRateLimitIsWaitedForAndNothingIsLost() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(30);
        ground.server()
                .next(
                        Fault.rateLimit(Duration.ofSeconds(1)),
                        Fault.rateLimit(Duration.ofSeconds(1)),
                        Fault.none(),
                        Fault.rateLimit(null));
        long start = System.nanoTime();
        ground.run("--max-cost", "1");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
        assertThat(ground.err.toString()).contains("waiting: ");
        assertThat(ground.calls()).isEqualTo(60);
        assertThat(Files.readString(ground.journal())).contains("\"failed\"");
    }

    @Test
    void anAnswerThatWasLostOnItsWayIsBookedInFull() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(30);
        ground.server().next(new Fault.Cut(0));
        ground.run("--max-cost", "1", "--parallel", "1");
        assertThat(ground.err.toString())
                .contains("1 of 60 calls gave no answer (1 of them may have been billed)", "line 1")
                .doesNotContain("..");
        ground.run("--max-cost", "1");
        assertThat(ground.err.toString()).doesNotContain("gave no answer");
        assertThat(ground.calls()).isEqualTo(61);
    }

    /** A choice is missing, the usage is there: 10 and 5 tokens at 2 and 8 USD a million. */
    @Test
    void anAnswerThatIsNoneIsBookedByTheUsageThatItTells() throws Exception {
        HttpServer provider = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] none = "{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}".getBytes(UTF_8);
        provider.createContext("/", call -> {
            call.getRequestBody().readAllBytes();
            call.getResponseHeaders().add("content-type", "application/json");
            call.sendResponseHeaders(200, none.length);
            call.getResponseBody().write(none);
            call.close();
        });
        provider.start();
        try {
            ground.serve(Behaviour.answering("yes"));
            ground.data(30);
            Path policy = ground.policy("");
            Files.writeString(
                    policy,
                    Files.readString(policy)
                            .replace(
                                    ":" + ground.server().port() + "/v1",
                                    ":" + provider.getAddress().getPort() + "/v1"));
            ground.run("--max-cost", "1", "--parallel", "1");
            assertThat(Files.readString(ground.journal())).contains("\"usd\":\"0.00006\",\"failed\"");
        } finally {
            provider.stop(0);
        }
    }

    /** A candidate that is slow where it is wrong gained by each run: 14 of 120 that were missing became a pass. */
    @Test
    void whatACandidateLostIsAskedForAgainOnlyWhereItIsAskedEverythingAnew() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lines.add(line(i, ",\"outputs\":{\"big\":{\"text\":\"yes\"}}"));
        }
        Files.write(ground.dir.resolve("data.jsonl"), lines);
        ground.server().next(new Fault.Cut(0));
        ground.run("--max-cost", "1", "--parallel", "1");
        assertThat(ground.err.toString())
                .contains("1 of 60 calls gave no answer (1 of them may have been billed)", "line 1")
                .doesNotContain("..");
        for (int i = 0; i < 2; i++) {
            assertThat(ground.err.toString()).contains("1 answer of a candidate was lost", "--anew MODEL");
            assertThat(ground.run("--max-cost", "1", "--json")).isEqualTo(1);
            assertThat(new ObjectMapper()
                            .readTree(ground.out.toString())
                            .at("/tasks/0/missing/candidate")
                            .asInt())
                    .isEqualTo(1);
        }
        assertThat(ground.calls()).isEqualTo(60);

        assertThat(ground.run("--dry-run", "--anew", "small")).isZero();
        assertThat(ground.out.toString()).contains("small: 60 calls");
        assertThat(ground.run("--dry-run", "--json")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(ground.out.toString())
                        .path("calls")
                        .asInt())
                .as("a dry run asks nobody anew")
                .isZero();
        assertThat(ground.run("--max-cost", "1", "--anew", "nobody")).isEqualTo(2);
        assertThat(ground.err.toString()).contains("--anew nobody", "it has big, small, umpire");
        assertThat(ground.run("--recorded", "--anew", "small")).isEqualTo(2);
        assertThat(ground.run("--max-cost", "1", "--anew", "big"))
                .as("with several data sets another one may ask it")
                .isEqualTo(1);
        assertThat(ground.err.toString()).contains("--anew big: this model is asked nothing for");
        assertThat(ground.run("--max-cost", "1", "--anew", "small", "--fresh")).isEqualTo(2);
        assertThat(ground.run("--max-cost", "0.000001", "--anew", "small")).isEqualTo(2);
        assertThat(ground.err.toString()).contains("nothing is asked anew", "raise it");
        assertThat(ground.run("--dry-run", "--json")).isZero();
        assertThat(new ObjectMapper()
                        .readTree(ground.out.toString())
                        .path("calls")
                        .asInt())
                .as("what was paid for is still there")
                .isZero();
        assertThat(ground.run("--max-cost", "1", "--anew", "small")).isZero();
        assertThat(ground.err.toString()).doesNotContain("gave no answer");
        assertThat(ground.calls()).isEqualTo(120);
    }

    /** It counted as the baseline's mistake, although callers would have had the whole answer. */
    @Test
    void anAnswerOfTheBaselineThatTheRunsOwnLimitCutIsMissing() throws Exception {
        ground.serve(Behaviour.answering("yes, and that is said in more words than the limit lets through"));
        Files.writeString(
                ground.dir.resolve("data.jsonl"),
                line(0, "")
                        + "\n"
                        + line(1, "")
                                .replaceFirst(
                                        "\"input\":(\"[^\"]*\")",
                                        "\"input\":{\"max_tokens\":4,\"messages\":[{\"role\":\"user\",\"content\":$1}]}"));
        ground.run("--max-cost", "1", "--max-output", "4", "--json");
        JsonNode task = new ObjectMapper().readTree(ground.out.toString()).at("/tasks/0");
        assertThat(task.at("/missing/baseline").asInt()).isEqualTo(1);
        assertThat(task.path("n").asInt())
                .as("the example's own limit is a caller's")
                .isEqualTo(1);
        assertThat(ground.err.toString())
                .contains("1 answer of the baseline was cut by --max-output", "raise --max-output");
        ground.run("--max-cost", "1", "--json");
        assertThat(new ObjectMapper()
                        .readTree(ground.out.toString())
                        .at("/tasks/0/n")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void malformedLinesAreNamedAndTheOthersAsked() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        Files.write(
                ground.dir.resolve("data.jsonl"),
                List.of(
                        line(0, ""),
                        "{\"task\":\"t\",",
                        "{\"task\":\"t\",\"input\":{\"messages\":[{\"role\":\"nobody\",\"content\":\"Hello\"}]}}",
                        line(1, ""),
                        "{\"input\":\"no task\"}"));
        ground.run("--max-cost", "1", "--yes");
        assertThat(ground.err.toString()).contains("line 2 ", "line 3 ", "line 5 ");
        assertThat(ground.calls()).isEqualTo(4);
    }

    /** 120 calls were paid, and then the data were called not usable, which could be seen before. */
    @Test
    void dataThatProveNothingAreNotPaidForUnlessSomebodyAgrees() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        List<String> good = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            good.add(line(i, ""));
        }
        List<String> repeats = new ArrayList<>(good.subList(0, 30));
        good.subList(0, 30).forEach(each -> repeats.add(each.replace("\"id\":\"e", "\"id\":\"again")));
        List<String> oneBad = new ArrayList<>(good);
        oneBad.add(7, "{\"task\":\"t\",");
        Map<String, List<String>> faulty = Map.of(
                "30 of 60 inputs repeat another one",
                repeats,
                "60 of 60 examples have no 'expected'",
                good.stream()
                        .map(each -> each.replace(",\"expected\":\"yes\"", ""))
                        .toList(),
                "1 of 61 lines could not be read",
                oneBad);
        for (Map.Entry<String, List<String>> each : faulty.entrySet()) {
            Files.write(ground.dir.resolve("data.jsonl"), each.getValue());
            assertThat(ground.run("--dry-run")).as(each.getKey()).isEqualTo(1);
            assertThat(ground.err.toString()).contains("the data prove nothing: task 't': " + each.getKey());
            assertThat(ground.out.toString()).contains("in all: ");
            assertThat(ground.run("--dry-run", "--json")).isEqualTo(1);
            assertThat(new ObjectMapper()
                            .readTree(ground.out.toString())
                            .at("/faults/0")
                            .asText())
                    .contains("task 't': " + each.getKey());
            assertThat(ground.run("--max-cost", "1")).as(each.getKey()).isEqualTo(2);
            assertThat(ground.err.toString()).contains(each.getKey(), "nobody was called", "--yes", "--override-data");
            assertThat(ground.calls()).as(each.getKey()).isZero();
        }
        Files.write(
                ground.dir.resolve("data.jsonl"),
                good.stream()
                        .map(each -> each.replace(",\"expected\":\"yes\"", ""))
                        .toList());
        assertThat(ground.run("--dry-run", "--scorer", "regex:yes"))
                .as("needs no 'expected'")
                .isZero();

        Files.write(ground.dir.resolve("data.jsonl"), repeats);
        assertThat(ground.run("--dry-run", "--override-data", "they are meant so", "--by", "Ada"))
                .isZero();
        assertThat(ground.run("--max-cost", "1", "--yes")).isEqualTo(1);
        assertThat(ground.calls()).isEqualTo(120);
        assertThat(ground.run("--max-cost", "1", "--fresh")).isEqualTo(2);
        assertThat(ground.run("--max-cost", "1"))
                .as("nothing is to be paid for, also after a run anew that nobody agreed to, so the verdict is told")
                .isEqualTo(1);
        assertThat(ground.out.toString()).contains("30 of 60 inputs repeat another one");
        assertThat(ground.calls()).isEqualTo(120);
    }

    /** A look that is stricter than so many examples can pass was paid for before anybody said so. */
    @Test
    void aLaterLookThatIsTooStrictForTheExamplesIsToldBeforeItIsPaidFor() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(60);
        assertThat(ground.run("--max-cost", "1", "--accept", "--by", "Ada")).isZero();
        assertThat(ground.err.toString()).doesNotContain("looks at this question");
        more(100, 40);
        ground.run("--dry-run");
        Matcher told = Pattern.compile("task 't', model 'small': 1 look at this question is entered.*"
                        + " Look 2 needs (\\d+) examples at least .* there are 40\\. What helps: \\d+ more examples")
                .matcher(ground.err.toString());
        assertThat(told.find()).as(ground.err.toString()).isTrue();
        int fewest = Integer.parseInt(told.group(1));
        ground.run("--dry-run", "--json");
        JsonNode dry = new ObjectMapper().readTree(ground.out.toString());
        assertThat(dry.at("/looks/0").asText()).contains("Look 2 needs " + fewest);
        assertThat(dry.path("faults")).isEmpty();

        more(200, fewest - 1);
        assertThat(ground.run("--max-cost", "1")).as("too few").isEqualTo(1);
        assertThat(ground.err.toString()).contains("Look 2 needs " + fewest);
        assertThat(ground.run("--max-cost", "1")).isEqualTo(1);
        assertThat(ground.err.toString()).as("nothing is paid for").doesNotContain("Look 2 needs");
        more(300, fewest);
        assertThat(ground.run("--max-cost", "1")).as("enough").isZero();
        assertThat(ground.err.toString()).doesNotContain("Look 2 needs");
        more(200, fewest - 1);
        ground.run("--dry-run", "--system", "Be brief.");
        assertThat(ground.err.toString()).as("another question").doesNotContain("Look 2 needs");
    }

    private void more(int from, int n) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < from + n; i++) {
            lines.add(line(i, ""));
        }
        Files.write(ground.dir.resolve("data.jsonl"), lines);
    }

    @Test
    void dataWhoseFaultsSomebodyAcceptsAreAskedAbout() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            lines.add(line(i % 30, "").replace("\"id\":\"e", "\"id\":\"" + i + "e"));
        }
        Files.write(ground.dir.resolve("data.jsonl"), lines);
        ground.run("--max-cost", "1", "--override-data", "they are meant so", "--by", "Ada");
        assertThat(ground.err.toString()).doesNotContain("nobody was called");
        assertThat(ground.calls()).isEqualTo(120);
    }

    @Test
    void whatTheSimulatorMakesUpIsNoEvidence() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.policy("simulation: always");
        ground.data(60);
        assertThat(ground.run("--max-cost", "1", "--accept", "--by", "Ada")).isEqualTo(2);
        assertThat(ground.err.toString()).contains("simulator", "no evidence");
        assertThat(ground.dir.resolve("evidence")).doesNotExist();
        ground.run("--max-cost", "1");
        assertThat(ground.err.toString()).contains("simulated", "prove nothing");
        assertThat(ground.calls()).isZero();
        ground.policy("");
        ground.run("--max-cost", "1", "--accept", "--by", "Ada");
        assertThat(ground.calls())
                .as("simulated answers are not taken for real ones")
                .isEqualTo(120);
    }

    @Test
    void aNewSystemPromptIsANewQuestion() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(60);
        ground.run("--max-cost", "1", "--accept", "--by", "Ada");
        ground.run("--max-cost", "1", "--system", "Be brief.", "--accept", "--by", "Ada");
        assertThat(ground.calls()).isEqualTo(240);
        String evidence = Files.readString(ground.dir.resolve("evidence/t.json"));
        assertThat(evidence).containsPattern("\"systemPrompt\" ?: ?\"[0-9a-f]{12}\"");
    }

    @Test
    void freshPutsTheJournalAsideAndAsksAnew() throws Exception {
        ground.serve(Behaviour.answering("yes"));
        ground.data(60);
        ground.run("--max-cost", "1");
        ground.run("--max-cost", "1", "--fresh");
        assertThat(ground.calls()).isEqualTo(240);
        assertThat(ground.dir.resolve("data.jsonl.journal.jsonl.1")).exists();
        assertThat(ground.run("--fresh", "--resume")).isEqualTo(2);
    }

    @Test
    void aProviderThatRefusesTheKeyEndsTheRun() throws Exception {
        ground.serve(Behaviour.failing(new Fault.Status(
                dev.llmrouter.chat.ChatError.of(dev.llmrouter.chat.ChatError.Kind.AUTHENTICATION, 401, "wrong key"))));
        ground.data(60);
        assertThat(ground.run("--max-cost", "1")).isEqualTo(1);
        assertThat(ground.err.toString()).contains("stopped: ", "401", "0 of ").doesNotContain("sk-one", ".. ");
    }

    /**
     * Killed at a random moment, twice. An answer that is in the journal is never asked for again; what is paid beyond one
     * call for each question was under way when the process died, and the journal says how many those were.
     */
    @Test
    void killedAtAnyMomentItGoesOnWithoutPayingTwice() throws Exception {
        ground.serve(Behaviour.ofDefaults().toBuilder()
                .speed(Duration.ofMillis(120), 0)
                .build());
        ground.data(150);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        long lost = 0;
        for (int kill = 0; kill < 2; kill++) {
            Process process = process();
            long answers = 20 + 60L * kill;
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (answered().size() < answers && process.isAlive() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
            process.destroyForcibly().waitFor();
            lost = underWay();
        }
        assertThat(answered().size()).as("seed %d", seed).isBetween(80, 299);
        int before = answered().size();
        long paidBefore = ground.calls();
        Process last = process();
        assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(answered()).hasSize(300);
        assertThat(new HashSet<>(answered())).hasSize(300);
        assertThat(ground.calls() - paidBefore).as("seed %d", seed).isEqualTo(300 - before);
        assertThat(ground.calls()).as("seed %d", seed).isBetween(300L, 300 + lost);
        assertThat(lost).isLessThanOrEqualTo(16);
    }

    private Process process() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "validate",
                        "--data",
                        ground.dir.resolve("data.jsonl").toString(),
                        "--policy",
                        ground.dir.resolve("policy.yaml").toString(),
                        "--max-cost",
                        "5")
                .redirectErrorStream(true)
                .redirectOutput(ground.dir.resolve("log.txt").toFile())
                .start();
    }

    private List<String> answered() throws Exception {
        List<String> keys = new ArrayList<>();
        for (JsonNode line : ground.journalLines()) {
            if (line.has("text")) {
                keys.add(line.path("key").asText());
            }
        }
        return keys;
    }

    /** Calls of the journal that have a beginning and no end, over all runs. */
    private long underWay() throws Exception {
        Set<Long> open = new HashSet<>();
        for (JsonNode line : ground.journalLines()) {
            if (line.has("mostUsd")) {
                open.add(line.path("call").asLong());
            } else {
                open.remove(line.path("call").asLong());
            }
        }
        return open.size();
    }
}
