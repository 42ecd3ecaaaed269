package dev.llmrouter.cli;

import dev.llmrouter.application.GatewayApplication;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Starts the gateway, which runs until the process is told to stop. */
@Command(
        name = "serve",
        description = "Starts the gateway: OpenAI- and Anthropic-compatible, on 127.0.0.1:8080.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the gateway has ended by itself",
            "1:it cannot start: the policy is not usable, the port is in use, ...",
            "2:wrong usage, a property that there is not, a policy or a folder of routes that cannot be read",
            "143:it was told to stop (SIGTERM), and has finished what was under way"
        })
public final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Routing policy. Default: LLM_ROUTER_POLICY, else the example policy.")
    private @Nullable String policy;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "TCP port; 0 for any. Default: SERVER_PORT, else 8080.")
    private @Nullable Integer port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Address to listen on. Default: 127.0.0.1.")
    private @Nullable String host;

    @Option(
            names = "--routes",
            paramLabel = "DIR",
            description =
                    "Folder with route files that replace shipped ones of the same name. Default: routes-xml-local.")
    private @Nullable String routes;

    @Option(
            names = "--evidence",
            paramLabel = "DIR",
            description = "Folder with evidence. Default: 'evidence' beside the policy.")
    private @Nullable String evidence;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder, where the ledger lives. Default: LLM_ROUTER_DATA, else ./data.")
    private @Nullable String data;

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description =
                    "Folder to watch for .jsonl batches and single .txt and .json files; answers go to its folder 'results'.")
    private @Nullable String files;

    @Option(names = "--insecure", description = "Listen beyond this machine although the policy has no keys.")
    private boolean insecure;

    @Unmatched
    private List<String> properties = new ArrayList<>();

    /** Starts the gateway: for {@code mvn spring-boot:run} and for development environments. */
    public static void main(String[] arguments) {
        System.exit(Main.explaining(new ServeCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<String> arguments = new ArrayList<>();
        add(arguments, "llm-router.policy", policy);
        add(arguments, "server.port", port);
        add(arguments, "server.address", host);
        add(arguments, "llm-router.routes", routes);
        add(arguments, "llm-router.evidence", evidence);
        add(arguments, "llm-router.data", data);
        add(arguments, "llm-router.files.in", files);
        add(arguments, "llm-router.insecure", insecure ? true : null);
        arguments.addAll(properties);
        return new GatewayApplication(arguments).run();
    }

    private static void add(List<String> arguments, String property, @Nullable Object value) {
        if (value != null) {
            arguments.add("--" + property + "=" + value);
        }
    }
}
