package dev.llmrouter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.Certificates;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The same mistake has the same exit code and the same words in every command, and each command's help says which. */
class ExitCodesTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --port 0 --policy NAME",
                "explain --policy NAME x",
                "explain --json --policy NAME x",
                "train --policy NAME",
                "lint --policy NAME",
                "docs --policy NAME",
                "audit --data DATA --policy NAME",
                "reconcile --invoice FILE --provider p --data DATA --policy NAME",
                "collected --data DATA --policy NAME",
                "validate --check --policy NAME",
                "validate --data FILE --policy NAME"
            })
    void aPolicyThatCannotBeReadIsWrongUsage(String command) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "{}\n");
        Path data = Files.createDirectories(folder.resolve("data"));
        for (Path name : List.of(folder.resolve("nope.yaml"), folder)) {
            err.getBuffer().setLength(0);
            String[] arguments = command.replace("NAME", name.toString())
                    .replace("FILE", file.toString())
                    .replace("DATA", data.toString())
                    .split(" ");
            int code = run(arguments);
            assertThat(err.toString())
                    .contains("the policy " + name + " cannot be read: "
                            + (name.equals(folder) ? "it is a folder" : "there is no such file")
                            + ". Name it with --policy FILE or in LLM_ROUTER_POLICY.");
            assertThat(code).isEqualTo(2);
            assertThat(out.toString()).isEmpty();
        }
    }

    @Test
    void aPropertyOrAFolderOfRoutesThatThereIsNotIsWrongUsage() {
        assertThat(run("serve", "--port", "0", "--llm-router.protect-operation=true"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean 'llm-router.protect-operations'?");
        assertThat(run(
                        "serve",
                        "--port",
                        "0",
                        "--routes",
                        folder.resolve("none").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none is not there: name a folder with --routes DIR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llm-gateway", "llm-provider"})
    void aKeyStoreThatCannotBeOpenedIsWrongUsage(String component) {
        Path store = new Certificates(folder).key("server", "localhost");
        assertThat(run(
                        "serve",
                        "--port=0",
                        "--data=" + folder.resolve("data"),
                        "--camel.ssl.enabled=true",
                        "--camel.ssl.key-store=" + store.toUri(),
                        "--camel.ssl.keystore-password=wr0ng",
                        "--camel.component." + component + ".use-global-ssl-context-parameters=true"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("The SSLContextParameters of " + component + " cannot be used: ", "password of its key store")
                .doesNotContain("wr0ng");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--data", "--evidence", "--files"})
    void aFileInThePlaceOfAFolderIsWrongUsage(String option) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThat(run("serve", "--port", "0", option, file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("(" + option + ") is " + file + ", which is a file: name a folder.");
    }

    @Test
    void aPortThatIsInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(run("serve", "--port", "" + port, "--data", folder.toString()))
                    .isEqualTo(1);
            assertThat(err.toString())
                    .contains("The port " + port + " of 127.0.0.1 is in use already. Choose another with --port.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server.port=abc | server.port (--port) is 'abc'; allowed are 1 to 65535, and 0 for any that is free.",
                "server.port=99999999999 | server.port (--port) is '99999999999'; allowed are 1 to 65535",
                "llm-router.port=abc | llm-router.port is 'abc'; allowed are 1 to 65535, and 0 for any that is free.",
                "camel.component.llm-gateway.port=x | camel.component.llm-gateway.port is 'x'; allowed are 1 to 65535",
                "camel.component.llm-gateway.max-requests=x | camel.component.llm-gateway.max-requests is 'x'; allowed is",
                "camel.component.llm-gateway.maxRequests=x | camel.component.llm-gateway.maxRequests is 'x'; allowed is",
                "camel.component.llm-gateway.h2c=ja | camel.component.llm-gateway.h2c is 'ja'; allowed are true and false.",
                "camel.component.llm-gateway.max-requests=0 | llm-gateway.max-requests is '0'; allowed is a whole number from 1.",
                "camel.main.shutdown-timeout=x | camel.main.shutdown-timeout is 'x'; allowed is a whole number.",
                "llm-router.ledger.keep-days=-1 | llm-router.ledger.keep-days is '-1'; allowed is a whole number from 1.",
                "llm-router.ledger.flush-ms=0 | llm-router.ledger.flush-ms is '0'; allowed is a whole number from 1.",
                "llm-router.ledger.flush-ms=abc | llm-router.ledger.flush-ms is 'abc'; allowed is a whole number from 1.",
                "llm-router.files.parallel=0 | llm-router.files.parallel is '0'; allowed is a whole number from 1.",
                "llm-router.protect-operations=ja | llm-router.protect-operations is 'ja'; allowed are true and false.",
                "llm-router.ledger.durability=maybe | llm-router.ledger.durability is 'maybe'; allowed are batched and sync."
            })
    void aValueThatIsNoneOfItsPropertyIsWrongUsage(String setting, String said) {
        assertThat(run("serve", "--data", folder.toString(), "--" + setting)).isEqualTo(2);
        assertThat(err.toString()).contains(said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "nope --help", "--help nope", "nope --version"})
    void aCommandThatThereIsNotIsWrongUsageWhateverIsAskedOfIt(String command) {
        assertThat(run(command.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains("'nope'");
        assertThat(out.toString()).isEmpty();
        assertThat(run("lint", "--help")).isZero();
        assertThat(run("--help")).isZero();
        assertThat(run("help", "lint")).isZero();
    }

    @Test
    void aFolderOfEvidenceThatIsNotThereIsWrongUsage() {
        assertThat(run("explain", "--evidence", folder.resolve("none").toString(), "Hello"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("there is no such folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--error 503=0.1",
                "--error 429=2",
                "--error 429=0.6 --error 500=0.6",
                "--error 429=NaN",
                "--latency-ms -5",
                "--tokens-per-second -1",
                "--quality sum=1.5"
            })
    void aSimulatorThatCannotBeMeantIsWrongUsage(String options) {
        assertThat(run(("simulate --port 0 " + options).split(" "))).isEqualTo(2);
        assertThat(err.toString()).containsAnyOf("429, 500, 529, cut, hang, malformed", "from 0 to 1", "0 or more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "simulate"})
    void aPortThatThereIsNotIsWrongUsage(String command) {
        for (String port : List.of("99999", "-1")) {
            err.getBuffer().setLength(0);
            assertThat(run(command, "--port=" + port)).isEqualTo(2);
            assertThat(err.toString()).contains("is " + port + "; allowed are 1 to 65535, and 0 for any that is free.");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --port 0 --policy NAME",
                "explain --policy NAME x",
                "docs --policy NAME",
                "lint --policy NAME"
            })
    void aPolicyThatCanBeReadAndNotUsedIsANo(String command) throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), "version: 1\n");
        assertThat(run(command.replace("NAME", file.toString()).split(" "))).isEqualTo(1);
    }

    @Test
    void theHelpOfEveryCommandListsItsExitCodes() {
        assertThat(Main.commandLine().getSubcommands()).hasSizeGreaterThan(10).allSatisfy((name, command) -> {
            if (!name.equals("help")) {
                assertThat(command.getUsageMessage(CommandLine.Help.Ansi.OFF))
                        .contains("Exit codes:")
                        .containsPattern("(?m)^ +2 +\\S");
            }
        });
    }

    @Command(name = "full")
    private record Full(boolean isOfAnotherThread) implements Runnable {
        @Override
        public void run() {
            OutOfMemoryError full = new OutOfMemoryError("Java heap space");
            if (isOfAnotherThread) {
                throw new CompletionException(full);
            }
            throw full;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tooLittleMemoryIsOneSentenceThatSaysWhatToChange(boolean isOfAnotherThread) {
        int code = Main.explaining(new Full(isOfAnotherThread))
                .setErr(new PrintWriter(err, true))
                .execute();
        assertThat(code).isEqualTo(1);
        assertThat(err.toString().strip())
                .startsWith("The memory of ")
                .contains("java -Xmx", "fewer or shorter examples")
                .doesNotContain("\n");
    }
}
