package dev.llmrouter.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.camel.Explanation;
import dev.llmrouter.camel.MissingKeyException;
import dev.llmrouter.camel.PolicyExplainer;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.decide.Decision;
import dev.llmrouter.decide.DecisionJson;
import dev.llmrouter.decide.RefusedException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows where a text would go, and why. Calls nobody, unless it is told to. */
@Command(
        name = "explain",
        description = "Shows which task, tier and models a text would get, and why. Calls nobody without --ask.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:nobody may or can serve the text, or the policy is not usable",
            "2:wrong usage, a policy that cannot be read, or --ask without a key that it needs"
        })
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

    @Option(
            names = "--json",
            description =
                    "Prints the decision as POST /v1/route answers it, or {\"refused\": ..., \"reasons\": [...]}.")
    private boolean json;

    @Option(
            names = "--ask",
            description =
                    "Asks the embedder and the classifying model of the policy as well, as the gateway does where no "
                            + "other step knows; says what that cost. Needs their keys.")
    private boolean ask;

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
        String folder = EvidenceOption.fault(evidence, false);
        if (folder != null) {
            return wrong(folder);
        }
        PrintWriter out = out();
        String input = String.join(" ", text);
        try (PolicyExplainer explainer = PolicyExplainer.open(policy, evidence)) {
            Explanation asked = ask ? explainer.ask(input, model, headers) : null;
            Decision decision = asked == null ? explainer.explain(input, model, headers) : asked.decision();
            if (json) {
                out.println(asked == null ? DecisionJson.of(decision) : ExplanationJson.of(asked));
            } else {
                ExplanationText.print(out, decision, asked);
            }
            return 0;
        } catch (MissingKeyException e) {
            return wrong("--ask: " + e.getMessage());
        } catch (BadRequestException e) {
            if (!json) {
                throw e;
            }
            out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("refused", e.getMessage())
                    .set("reasons", JsonNodeFactory.instance.arrayNode()));
            return 1;
        } catch (RefusedException e) {
            if (json) {
                ObjectNode refused = JsonNodeFactory.instance.objectNode().put("refused", e.getMessage());
                ArrayNode reasons = refused.putArray("reasons");
                e.reasons().forEach(reason -> reasons.add(reason.text()));
                out.println(refused);
                return 1;
            }
            out.println(e.getMessage());
            e.reasons().forEach(reason -> out.println("  - " + reason.text()));
            return 1;
        }
    }
}
