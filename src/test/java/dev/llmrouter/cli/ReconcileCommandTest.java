package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.PicoUsd;
import dev.llmrouter.record.ledger.RequestEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReconcileCommandTest {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private static final String ANTHROPIC = "usage_date_utc,model_version,api_key,usage_input_tokens_no_cache,"
            + "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
            + "usage_output_tokens\n";

    private static final String OPENAI =
            "start_time,end_time,model,num_model_requests,input_tokens,input_cached_tokens,output_tokens\n";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<RequestEntry> rows = new ArrayList<>();
    private boolean areSimulated;

    private int run(String csv, String... more) throws Exception {
        if (!rows.isEmpty()) {
            try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
                ledger.write(rows);
            }
            rows.clear();
        }
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(List.of(
                "--invoice",
                Files.writeString(folder.resolve("export.csv"), csv).toString(),
                "--provider",
                "cloud"));
        for (int i = 0; i + 1 < more.length; i++) {
            int given = arguments.indexOf(more[i]);
            if (given >= 0) {
                arguments.subList(given, given + 2).clear();
            }
        }
        arguments.addAll(List.of(more));
        return new CommandLine(new ReconcileCommand(
                        Clock.fixed(Instant.parse("2026-08-01T00:00:00Z"), ZoneOffset.UTC),
                        Map.of("LLM_ROUTER_DATA", folder.toString())))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    private static String attempt(String provider, long input, long output, String cost) {
        return attempt("large", provider, input, output, cost);
    }

    private static String attempt(String model, String provider, long input, long output, String cost) {
        return "{\"n\":1,\"model\":\"" + model + "\",\"provider\":\"" + provider
                + "\",\"outcome\":\"ok\",\"start_ms\":5,"
                + "\"duration_ms\":9,\"input_tokens\":" + input + ",\"output_tokens\":" + output + ",\"cost_usd\":"
                + (cost.isEmpty() ? "null" : "\"" + cost + "\"") + "}";
    }

    private void request(String time, long cached, String... attempts) {
        rows.add(LedgerRow.of("r" + rows.size() + "-" + time, Instant.parse(time))
                .to("best", "large")
                .provider("cloud")
                .tokens(100, 10)
                .cached(cached)
                .cost(PicoUsd.of(new BigDecimal("0.001")), null)
                .attempts("[" + String.join(",", attempts) + "]")
                .simulated(areSimulated)
                .row());
    }

    /** Two calls on the first of July, one of them after a refusal, and one at somebody else's. */
    private void july() {
        request("2026-07-01T10:00:00Z", 40, attempt("cloud", 100, 10, "0.000000000001"));
        request(
                "2026-07-01T23:59:59Z",
                0,
                "{\"n\":1,\"model\":\"large\",\"provider\":\"cloud\",\"outcome\":\"http\",\"status\":429,\"start_ms\":0,"
                        + "\"duration_ms\":2,\"cost_usd\":\"0\"}",
                attempt("cloud", 200, 20, "0.1"));
        request("2026-07-01T12:00:00Z", 0, attempt("other", 999, 999, "9"));
    }

    private JsonNode json() throws Exception {
        return JSON.readTree(out.toString());
    }

    @Test
    void whatTheSimulatorAnsweredIsOnNoInvoice() throws Exception {
        july();
        areSimulated = true;
        request("2026-07-01T11:00:00Z", 0, attempt("cloud", 5_000, 500, "7"));

        assertThat(run(OPENAI + "1782864000,1782950400,large,2,300,40,30\n", "--json", "--tolerance", "0"))
                .as(out.toString())
                .isZero();
    }

    @Test
    void whatWasPaidBeforeTheSimulatorAnsweredIsOnTheInvoice() throws Exception {
        request(
                "2026-07-01T10:00:00Z",
                0,
                attempt("cloud", 100, 10, "0.1"),
                attempt("stand-in", 50, 5, "0").replace("\"n\":1", "\"n\":2,\"simulated\":true"));
        areSimulated = true;
        request(
                "2026-07-01T11:00:00Z",
                0,
                attempt("cloud", 200, 20, "0.2"),
                attempt("cloud", 5_000, 500, "7").replace("\"n\":1", "\"n\":2,\"simulated\":true"));

        assertThat(run(OPENAI + "1782864000,1782950400,large,2,300,0,30\n", "--json", "--tolerance", "0"))
                .as(out.toString())
                .isZero();
    }

    @Test
    void agreesWithAnExportOfOpenAiToTheLastDigit() throws Exception {
        july();

        assertThat(run(OPENAI + "1782864000,1782950400,large,2,300,40,30\n", "--json", "--tolerance", "0"))
                .as(err.toString())
                .isZero();
        assertThat(json().fieldNames())
                .toIterable()
                .containsExactly(
                        "provider",
                        "from",
                        "to",
                        "zone",
                        "tolerance_percent",
                        "compared",
                        "ledger",
                        "invoice",
                        "differences",
                        "not_compared",
                        "unused_columns",
                        "spooled");
        assertThat(json().at("/from").textValue()).isEqualTo("2026-07-01");
        assertThat(json().at("/ledger/requests").intValue()).isEqualTo(2);
        assertThat(json().at("/ledger/cost_usd").decimalValue()).isEqualByComparingTo("0.100000000001");
        assertThat(json().at("/invoice/cost_usd").isNull()).isTrue();
        assertThat(json().at("/differences")).isEmpty();
    }

    @Test
    void agreesWithAnExportOfAnthropicWhoseInputIsInFourColumns() throws Exception {
        july();
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { cloud: { protocol: simulator } }
                models: { large: { provider: cloud, id: claude-large-4, context: 8000 } }
                tiers: { best: { models: [large] } }
                """);

        String csv = "\uFEFF" + ANTHROPIC
                + "2026-07-01,claude-large-4-20260101,\"key, \"\"a\"\"\",40,10,10,40,10\r\n"
                + "2026-07-01,claude-large-4-20260101,b,200,0,0,0,20\r\n";
        assertThat(run(csv, "--policy", policy.toString(), "--tolerance", "0"))
                .as("%s%s", out, err)
                .isZero();
        assertThat(out.toString()).contains("input 300 (cached 40), output 30 tokens", "agree");
        assertThat(run(csv, "--model", "claude-large-4-20260101=large")).isZero();
        assertThat(run(csv)).isEqualTo(1);
        assertThat(out.toString()).contains("--model THEIRS=OURS");
    }

    @Test
    void saysWhatIsLikelyBehindADifference() throws Exception {
        request("2026-06-30T10:00:00Z", 0, attempt("other", 1, 1, "1")); // the ledger does not begin within the day
        july();

        assertThat(run(OPENAI + "2026-07-01T00:00:00Z,,large,5,450,40,45\n", "--json"))
                .isEqualTo(1);
        assertThat(json().at("/differences/0/fields").toString())
                .isEqualTo("[\"requests\",\"input_tokens\",\"output_tokens\"]");
        assertThat(json().at("/differences/0/causes/0").textValue()).contains("3 requests are not in the ledger");

        String costs = "date;model;requests;input_tokens;cached_input_tokens;output_tokens;cost_usd\n";
        assertThat(run(costs + "2026-07-01;large;2;300;40;30;0.2\n", "--json")).isEqualTo(1);
        assertThat(json().at("/differences/0/fields").toString()).isEqualTo("[\"cost_usd\"]");
        assertThat(json().at("/differences/0/causes/0").textValue())
                .contains(
                        "price differs", "303.03 USD per million", "606.061", "cached tokens may be priced otherwise");

        assertThat(run(costs + "2026-07-01;large;2;300;0;30;0.15\n")).isEqualTo(1);
        assertThat(out.toString()).contains("read from the cache (40 in the ledger, 0 on the invoice)", "0.15 USD");

        assertThat(run(costs + "2026-07-01;large;1;100;40;10;0.000000000001\n")).isEqualTo(1);
        assertThat(out.toString()).contains("1 requests are not on the invoice");

        assertThat(run(costs + "2026-07-01;large;2;300;40;30;0.1004\n")).isZero();
        assertThat(run(costs + "2026-07-01;large;2;300;40;30;0.1006\n")).isEqualTo(1);
        assertThat(run(costs + "2026-07-01;large;2;300;40;30;0.1006\n", "--tolerance", "1"))
                .isZero();
    }

    @Test
    void aDayThatEndsAtAnotherHourIsNoLostMoney() throws Exception {
        july();
        request("2026-07-02T10:00:00Z", 0, attempt("cloud", 100, 10, "0.1"));
        String csv = "day,model,calls,amount\n2026-07-01,large,1,0.000000000001\n2026-07-02,large,2,0.2\n";

        assertThat(run(csv)).isEqualTo(1);
        assertThat(out.toString()).contains("over all days the two agree", "--zone");
        assertThat(run(csv, "--zone", "Europe/Berlin", "--tolerance", "0")).isZero();
        assertThat(run(csv, "--zone", "Europe/Berlin", "--to", "2026-07-01")).isZero();
        assertThat(out.toString()).contains("2026-07-01 to 2026-07-01", "1 requests", "1 day and model, tolerance");
    }

    @Test
    void unknownCostsOfTheLedgerAreSaid() throws Exception {
        request("2026-07-01T10:00:00Z", 0, attempt("cloud", 100, 10, ""));

        assertThat(run("date,model,cost\n2026-07-01,large,$0.5\n")).isEqualTo(1);
        assertThat(out.toString()).contains("1 calls have an unknown cost in the ledger", "differs in cost_usd");
    }

    @Test
    void columnsOfAnyNameCanBeNamedAndAddedUp() throws Exception {
        july();
        String csv = "when,who,n,a,b,usd\n2026-07-01,large,2,100,200,0.100000000001\n";

        assertThat(run(csv)).isEqualTo(2);
        assertThat(err.toString()).contains("the day", "--date-column", "when, who, n, a, b, usd");
        assertThat(run(
                        csv,
                        "--date-column",
                        "when",
                        "--model-column",
                        "who",
                        "--requests-column",
                        "n",
                        "--input-column",
                        "a+b",
                        "--cost-column",
                        "usd",
                        "--tolerance",
                        "0"))
                .as("%s%s", out, err)
                .isZero();
        assertThat(run(csv, "--date-column", "when", "--model-column", "whose")).isEqualTo(2);
        assertThat(err.toString()).contains("no column 'whose'");
    }

    @Test
    void saysWhereTheExportCannotBeRead() throws Exception {
        july();

        assertThat(run("date,model,cost\n2026-07-01,large,1\n\n\"2026\n-07\",large,2\n"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("line 4", "2026-07-31");
        assertThat(run("date,model,cost\n2026-07-01,large,\"1,5\"\n")).isEqualTo(2);
        assertThat(err.toString()).contains("line 2 has '1,5' in column 'cost'", "decimal point");
        assertThat(run("date,model,cost,currency\n2026-07-01,large,1,eur\n")).isEqualTo(2);
        assertThat(err.toString()).contains("line 2 is in eur", "USD");
        assertThat(run("date,model,calls\n2026-07-01,large,1.5\n")).isEqualTo(2);
        assertThat(err.toString()).contains("1.5", "whole number");
        assertThat(run("")).isEqualTo(2);
        assertThat(err.toString()).contains("is empty");
        assertThat(run("date,model,cost\n2026-07-01,\"large\n")).isEqualTo(2);
        assertThat(err.toString()).contains("line 2", "does not end");
        assertThat(run("date,model,cost\n2026-07-01,large,1\n", "--from", "2026-08-01"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no rows in this time", "2026-07-01");
        assertThat(run("date,model,cost\n2026-07-01,large,1\n", "--from", "-999999999-01-01"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--from", "years 2000 to 9999");
        assertThat(run("date,model,cost\n2026-07-01,large,1\n", "--tolerance", "101"))
                .isEqualTo(2);
        assertThat(run("date,model,cost\n2026-07-01,large,1\n", "--zone", "Mars"))
                .isEqualTo(2);
        assertThat(run(
                        "date,model,cost\n2026-07-01,large,1\n",
                        "--data",
                        folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no ledger at");
    }

    @Test
    void daysWhoseRowsWereDeletedAreNotComparedAndNobodyIsBlamed() throws Exception {
        request("2026-05-01T10:00:00Z", 0, attempt("cloud", 100, 10, "0.1"));
        july();
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
            assertThat(ledger.forget(Instant.parse("2026-06-01T00:00:00Z").toEpochMilli()))
                    .isPositive();
        }
        rows.clear();

        assertThat(run(OPENAI + "2026-05-01,,large,1,100,0,10\n2026-07-02,,large,1,100,0,10\n"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "rows of before 2026-07-01T10:00:00Z were deleted (llm-router.ledger.keep-days)",
                        "--from 2026-07-02");
        assertThat(run(OPENAI + "2026-07-02,,large,1,100,0,10\n")).isEqualTo(1);

        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            assertThat(ledger.forget(Instant.parse("2026-08-01T00:00:00Z").toEpochMilli()))
                    .isPositive();
        }
        assertThat(run(OPENAI + "2026-07-02,,large,1,100,0,10\n")).isEqualTo(2);
        assertThat(err.toString()).contains("all rows were deleted");
    }

    @Test
    void daysOfBeforeTheLedgerBeginsAreNotComparedAndNobodyIsBlamed() throws Exception {
        request("2026-05-01T10:00:00Z", 0, attempt("cloud", 100, 10, "0.1"));
        july();
        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            ledger.write(rows);
            long before = Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();
            assertThat(ledger.forget(before)).isPositive();
            assertThat(ledger.forgetRollups(before)).isPositive();
        }
        rows.clear();

        assertThat(run(OPENAI + "2026-05-01,,large,1,100,0,10\n2026-07-01,,large,2,300,40,30\n"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(
                        "the ledger begins at 2026-07-01T10:00:00Z",
                        "llm-router.ledger.keep-days",
                        "--from 2026-07-01");
        assertThat(run(OPENAI + "2026-05-01,,large,1,100,0,10\n")).isEqualTo(2);
        assertThat(err.toString()).contains("the ledger begins at").doesNotContain("--from");
        assertThat(run(
                        OPENAI + "2026-05-01,,large,1,100,0,10\n2026-07-01,,large,2,300,40,30\n",
                        "--from",
                        "2026-07-01"))
                .isZero();
        assertThat(run(OPENAI + "2026-07-01,,large,2,300,40,30\n", "--from", "2026-06-01"))
                .as("no row of the invoice is before it")
                .isZero();

        assertThat(run(OPENAI + "2026-07-01,,large,9,900,40,90\n")).isEqualTo(1);
        assertThat(out.toString())
                .as("the likeliest cause comes first")
                .containsSubsequence("the ledger begins at 2026-07-01T10:00:00Z, within this day", "another client");

        try (Ledger ledger = Ledger.open(LedgerSettings.embedded(folder), System::nanoTime)) {
            long before = Instant.parse("2026-08-01T00:00:00Z").toEpochMilli();
            assertThat(ledger.forget(before)).isPositive();
            assertThat(ledger.forgetRollups(before)).isPositive();
        }
        assertThat(run(OPENAI + "2026-07-02,,large,1,100,0,10\n")).isEqualTo(2);
        assertThat(err.toString()).contains("the ledger has no requests");
    }

    @Test
    void anExportThatIsNotUtf8AndAProviderThatIsNotThereAreSaid() throws Exception {
        july();
        assertThat(run(OPENAI + "2026-07-01,,large,2,300,40,30\n", "--provider", "nope"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("no call at a provider 'nope'", "cloud, other", "--policy");

        Path utf16 =
                Files.write(folder.resolve("utf16.csv"), OPENAI.getBytes(java.nio.charset.StandardCharsets.UTF_16));
        assertThat(run("", "--invoice", utf16.toString())).isEqualTo(2);
        assertThat(err.toString())
                .contains("utf16.csv is not in UTF-8", "iconv")
                .doesNotContain("Malformed");
    }

    private static final String ALL = "date,model,requests,input_tokens,cached_input_tokens,output_tokens,cost_usd\n";

    private Path sharing() throws Exception {
        return Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers: { cloud: { protocol: simulator }, second: { protocol: simulator } }
                models:
                  mini: { provider: cloud, id: gpt-mini, context: 8000 }
                  mini-b: { provider: cloud, id: gpt-mini, context: 8000 }
                  mini-c: { provider: second, id: gpt-mini, context: 8000 }
                tiers: { best: { models: [mini, mini-b, mini-c] } }
                """);
    }

    @Test
    void modelsAndProvidersThatShareANameOnTheInvoiceAreComparedTogether() throws Exception {
        String policy = sharing().toString();
        request("2026-07-01T10:00:00Z", 0, attempt("mini", "cloud", 100, 10, "0.1"));
        request("2026-07-01T11:00:00Z", 0, attempt("mini-b", "cloud", 200, 20, "0.2"));
        request("2026-07-01T12:00:00Z", 0, attempt("mini-c", "second", 400, 40, "0.4"));

        String csv = ALL + "2026-07-01,gpt-mini-2026-01-01,2,300,0,30,0.3\n";
        assertThat(run(csv, "--policy", policy, "--tolerance", "0"))
                .as("%s%s", out, err)
                .isZero();

        String both = ALL + "2026-07-01,gpt-mini-2026-01-01,3,700,0,70,0.7\n";
        assertThat(run(both, "--policy", policy, "--tolerance", "0")).isEqualTo(1);
        assertThat(out.toString()).contains("mini+mini-b");
        // the last of the same options stays, so the first is in a form of its own
        assertThat(run(both, "--policy", policy, "--provider=second", "--tolerance", "0"))
                .as("%s%s", out, err)
                .isZero();
        assertThat(out.toString()).contains("Providers cloud, second");
        assertThat(run(both, "--policy", policy, "--provider=third")).isEqualTo(2);
        assertThat(err.toString()).contains("no model of a provider 'third'");
    }

    @Test
    void aNameThatIsTheSameOnBothSidesNeedsNoPolicy() throws Exception {
        request("2026-07-01T10:00:00Z", 0, attempt("gpt-4o-2024-08-06", "cloud", 100, 10, "0.1"));
        request("2026-07-01T11:00:00Z", 0, attempt("gpt-5", "cloud", 200, 20, "0.2"));

        assertThat(run(
                        ALL
                                + "2026-07-01,gpt-4o-2024-08-06,1,100,0,10,0.1\n2026-07-01,gpt-5-2026-03-03,1,200,0,20,0.2\n",
                        "--tolerance",
                        "0"))
                .as("%s%s", out, err)
                .isZero();
    }

    @Test
    void moneyThatIsNotComparedIsNoAgreement() throws Exception {
        july();
        for (String column : List.of("Cost (USD)", "amount_eur", "Total spend")) {
            String csv = "date,model,requests," + column + "\n2026-07-01,large,2,999\n";
            assertThat(run(csv)).as(column).isEqualTo(2);
            assertThat(err.toString()).contains("'" + column + "' may be one", "--cost-column");
            assertThat(run(csv, "--cost-column", column)).isEqualTo(1);
            assertThat(run(csv, "--cost-column", "none")).isZero();
            assertThat(out.toString())
                    .contains(
                            "Not compared, as the export does not tell it: input_tokens, cached_input_tokens,"
                                    + " output_tokens, cost_usd.",
                            "Columns not used: " + column,
                            "agree in what was compared");
        }
        assertThat(run("date,model,requests,team\n2026-07-01,large,2,x\n", "--json"))
                .isZero();
        assertThat(json().at("/not_compared").toString())
                .isEqualTo("[\"input_tokens\",\"cached_input_tokens\",\"output_tokens\",\"cost_usd\"]");
        assertThat(json().at("/unused_columns").toString()).isEqualTo("[\"team\"]");
    }

    @Test
    void whatWaitsInTheSpoolIsSaidAndIsACause() throws Exception {
        july();
        run("date,model,requests\n2026-07-01,large,2\n");
        Files.writeString(folder.resolve("ledger-spool.jsonl"), "{}\n{}\n");

        assertThat(run("date,model,requests\n2026-07-01,large,4\n")).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "2 entries wait in the spool for their database and are not in these figures",
                        "2 entries wait in the ledger's spool");
        assertThat(run("date,model,requests\n2026-07-01,large,2\n", "--json")).isZero();
        assertThat(json().at("/spooled").intValue()).isEqualTo(2);
    }

    @Test
    void numbersThatCannotBeMeantAreSaidAndTakeNoMemory() throws Exception {
        july();
        String most = "999999999999999";
        for (String cost : List.of("1e400", "1e-999999999", "1e999999999", "NaN", "0." + "1".repeat(100))) {
            assertThat(run("date,model,cost\n2026-07-01,large," + cost + "\n"))
                    .as(cost)
                    .isEqualTo(2);
            assertThat(err.toString()).contains("line 2 has '" + cost.substring(0, 3), "a number with a decimal point");
        }
        for (String count : List.of("-5", "1.5")) {
            assertThat(run("date,model,requests\n2026-07-01,large," + count + "\n"))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("line 2 has " + count, "whole number of 0 or more");
        }
        StringBuilder rows = new StringBuilder("date,model,requests\n");
        for (int i = 0; i < 9300; i++) {
            rows.append("2026-07-01,large,").append(most).append('\n');
        }
        assertThat(run(rows.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("add up to more than can be counted");

        for (String tolerance : List.of("1e-999999999", "NaN", "1e999999999", "five")) {
            assertThat(run("date,model,cost\n2026-07-01,large,1\n", "--tolerance", tolerance))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("--tolerance", "'" + tolerance + "'", "as 5 or 0.5");
            assertThat(err.toString()).doesNotContain("BigDecimal", "Exception");
        }
    }

    @Test
    void messagesNameNoClasses() throws Exception {
        july();
        assertThat(run("", "--invoice", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("is a folder").doesNotContain("Exception");
        assertThat(run("date,model,cost\n2026-07-01,large,1\n", "--from", "2026-13-01"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--from", "'2026-13-01' is no day", "2026-07-31")
                .doesNotContain("Exception", "LocalDate");
    }

    @Test
    void linesMayEndInAnyWayAndASeparatorMayBeStated() throws Exception {
        july();
        String body = "date,model,requests\r2026-07-01,large,2\r";
        assertThat(run(body)).as("%s%s", out, err).isZero();
        assertThat(run("sep=;\r\n" + body.replace(',', ';').replace("\r", "\r\n")))
                .as("%s%s", out, err)
                .isZero();
        assertThat(run("sep=|\n" + body.replace(',', '|'))).as("%s%s", out, err).isZero();
        assertThat(run("date,model,requests\r\n\r\n2026-07-01,large,\"2\r\nx\"\r\nx,large,2\r\n"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("line 3");
    }

    @Test
    void anExportThatIsNotGroupedByModelIsSaid() throws Exception {
        july();
        assertThat(run("start_time,model,line_item,amount_value\n1782864000,,,0.1\n"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("is not grouped by model", "'model'");
        assertThat(run("date,model,cost_usd\n2026-07-01,,0\n2026-07-01,large,0.100000000001\n"))
                .as("%s%s", out, err)
                .isZero();
    }

    @Test
    void anAmountBesideStartingAtIsGivenNoUnitByGuess() throws Exception {
        july();
        String csv = "starting_at,ending_at,model,amount,currency\n"
                + "2026-07-01T00:00:00Z,2026-07-02T00:00:00Z,large,10,USD\n";
        assertThat(run(csv)).isEqualTo(2);
        assertThat(err.toString()).contains("dollars or in cents", "--cost-unit");
        assertThat(run(csv, "--cost-column", "amount")).isEqualTo(2);
        assertThat(run(csv, "--cost-unit", "cents")).as("%s%s", out, err).isZero();
        assertThat(run(csv, "--cost-unit", "usd")).isEqualTo(1);
        assertThat(run(csv, "--cost-unit", "eur")).isEqualTo(2);
        assertThat(err.toString()).contains("allowed are usd and cents");
    }

    /** Read as 1, a thousand requests would be 999 that nobody made. */
    @Test
    void aThousandWithAPointIsNotOne() throws Exception {
        july();
        for (String thousand : List.of("1.000", "12.345", "$1.000")) {
            assertThat(run(OPENAI + "2026-07-01,,large," + thousand + ",300,40,30\n"))
                    .isEqualTo(2);
            assertThat(err.toString())
                    .contains("line 2 has '" + thousand + "' in column 'num_model_requests'", "groups of thousands");
        }
        assertThat(run(OPENAI + "2026-07-01,,large,2.0,300.0000,40,30\n")).isZero();
        assertThat(run("date,model,cost_usd\n2026-07-01,large,1.000\n"))
                .as("money has decimals")
                .isEqualTo(1);
    }

    @Test
    void aRowThatBreaksOffIsNotReadAsNothing() throws Exception {
        july();
        assertThat(run(OPENAI + "2026-07-01,,large,2,300,40,30\n2026-11-01,,big\n"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("line 3 has 3 cells, and the header has 7");
        assertThat(run(OPENAI.strip() + ",\n2026-07-01,,large,2,300,40,30\n"))
                .as("a separator at the header's end begins no column")
                .isZero();
    }
}
