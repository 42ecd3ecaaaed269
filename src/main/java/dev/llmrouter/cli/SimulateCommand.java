package dev.llmrouter.cli;

import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.simulator.Behaviour;
import dev.llmrouter.simulator.SimulatorServer;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Runs the simulator as an HTTP server, until the process is ended. */
@Command(
        name = "simulate",
        description = "Runs simulated models as an HTTP server that speaks OpenAI's, Anthropic's and Gemini's formats.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"1:it cannot listen", "2:wrong usage", "143:it was told to stop (SIGTERM)"})
final class SimulateCommand extends ConsoleCommand {
    private static final int LAST_PORT = 65_535;

    @Option(names = "--port", description = "TCP port; 0 for any. Default: 9000.")
    private int port = 9000;

    @Option(names = "--host", description = "Address to listen on. Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Option(names = "--latency-ms", description = "Time to the first token in ms. Default: 50.")
    private long latencyMillis = 50;

    @Option(names = "--tokens-per-second", description = "Speed after the first token; 0 for no delay. Default: 200.")
    private double tokensPerSecond = 200;

    @Option(
            names = "--error",
            paramLabel = "FAULT=SHARE",
            description = "Share of requests that meet a fault: 429, 500, 529, hang, cut, malformed. May be repeated.")
    private Map<String, Double> errors = new LinkedHashMap<>();

    @Option(
            names = "--quality",
            paramLabel = "TASK=SHARE",
            description = "Share of right answers of a task; * for all others. May be repeated. Default: 1.")
    private Map<String, Double> quality = new LinkedHashMap<>();

    @Option(names = "--seed", description = "Start of the random numbers. Default: 1.")
    private long seed = 1;

    /** What cannot be meant, and what is allowed; null for nothing. */
    private @Nullable String fault() {
        if (latencyMillis < 0 || !(tokensPerSecond >= 0)) {
            return "--latency-ms and --tokens-per-second are 0 or more";
        }
        for (String name : errors.keySet()) {
            if (!SimulatorSettings.FAULTS.contains(name)) {
                return "--error " + name + " is no fault of the simulator; there are: "
                        + String.join(", ", new TreeSet<>(SimulatorSettings.FAULTS));
            }
        }
        double sum = errors.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!(sum <= 1 + 1e-9) || !areShares(errors)) {
            return "--error takes shares from 0 to 1, which add up to 1 at most";
        }
        return areShares(quality) ? null : "--quality takes shares from 0 to 1";
    }

    private static boolean areShares(Map<String, Double> shares) {
        return shares.values().stream().allMatch(share -> share >= 0 && share <= 1);
    }

    @Override
    public Integer call() {
        if (port < 0 || port > LAST_PORT) {
            throw new ParameterException(
                    commandLine(),
                    "--port is " + port + "; allowed are 1 to " + LAST_PORT + ", and 0 for any that is free.");
        }
        String fault = fault();
        if (fault != null) {
            throw new ParameterException(commandLine(), fault);
        }
        SimulatorSettings settings =
                new SimulatorSettings(Duration.ofMillis(latencyMillis), tokensPerSecond, errors, quality, seed);
        SimulatorServer server = SimulatorServer.start(Behaviour.of(settings), Clock.systemUTC(), host, port);
        PrintWriter out = out();
        String base = "http://" + host + ":" + server.port();
        out.println("simulated models, every answer made up: OpenAI " + base + "/v1, Anthropic " + base + ", Gemini "
                + base);
        out.println("try: curl " + base + "/v1/chat/completions -H 'Content-Type: application/json' -d"
                + " '{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        out.flush();
        return Main.KEEP_RUNNING;
    }
}
