package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.PolicyExplainer;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.decide.RefusedException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where a text would go, and why. Calls nobody. */
@Command(
        name = "explain",
        description = "Shows which task, tier and models a text would get, and why. Calls nobody.",
        mixinStandardHelpOptions = true)
final class ExplainCommand extends ConsoleCommand {
    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Routing policy. Default: LLM_ROUTER_POLICY, else the example policy.")
    private @Nullable String policy;

    @Option(
            names = "--evidence",
            paramLabel = "DIR",
            description = "Folder with evidence. Default: 'evidence' beside the policy.")
    private @Nullable Path evidence;

    @Option(names = "--json", description = "Prints the decision as POST /v1/route answers it.")
    private boolean json;

    @Option(names = "--model", paramLabel = "MODEL", description = "The request's field 'model'. Default: auto.")
    private String model = "auto";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            description = "A header of the request, for rules that look at headers. May be repeated.")
    private Map<String, String> headers = new LinkedHashMap<>();

    @Parameters(arity = "1..*", paramLabel = "TEXT", description = "The input.")
    private String[] text = {};

    @Override
    public Integer call() throws Exception {
        PrintWriter out = out();
        try (PolicyExplainer explainer = PolicyExplainer.open(policy, evidence)) {
            Decision decision = explainer.explain(String.join(" ", text), model, headers);
            ObjectNode node = DecisionJson.of(decision);
            if (json) {
                out.println(node);
            } else {
                print(out, decision, node);
            }
            return 0;
        } catch (RefusedException e) {
            out.println(e.getMessage());
            e.reasons().forEach(reason -> out.println("  - " + reason.text()));
            return 1;
        }
    }

    private static void print(PrintWriter out, Decision decision, ObjectNode node) {
        String task = decision.classification().task();
        out.printf(
                "task        %s (%s, confidence %.2f)%n",
                task == null ? "not recognised" : task,
                decision.classification().source().key(),
                decision.classification().confidence());
        out.printf("tier        %s%n", decision.tier());
        StringBuilder candidates = new StringBuilder();
        decision.candidates()
                .forEach(candidate -> candidates
                        .append(candidates.length() == 0 ? "" : ", then ")
                        .append(candidate.model().name())
                        .append(" at ")
                        .append(candidate.provider().name()));
        out.printf("models      %s%n", candidates);
        EvidenceFinding worth = decision.evidence();
        out.printf("evidence    %s%s%n", worth.state().key(), worth.until() == null ? "" : " until " + worth.until());
        out.println("why");
        decision.reasons().forEach(reason -> out.println("  - " + reason.text()));
        out.println("how it was classified");
        decision.classification().trace().forEach(line -> out.println("  - " + line));
        out.println("input");
        node.get("characteristics")
                .fields()
                .forEachRemaining(field -> out.println("  - " + field.getKey() + ": " + field.getValue()));
        out.flush();
    }
}
