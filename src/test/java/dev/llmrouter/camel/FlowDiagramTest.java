package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.main.Main;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.ModelDumpLine;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;

/** {@code docs/flow.svg} is the shipped routes as they run: Camel's own dump of their structure, drawn. Issue 14, 3. */
class FlowDiagramTest {
    private static final Path DIAGRAM = Path.of("docs/flow.svg");

    private static final String JMX_DISABLED = "org.apache.camel.jmx.disabled";

    private static final String LABEL =
            "A request is received, classified, decided, routed by its tier, balanced over models, verified and answered;"
                    + " wire taps ask a shadow model, collect evidence and record it.";

    /** Rewrites the file instead with {@code -Dllmrouter.rewrite=true}. */
    @Test
    void theDiagramShowsTheRoutesAsTheyRun() throws Exception {
        // the dump asks the processors as JMX knows them, which the build switches off
        String before = System.setProperty(JMX_DISABLED, "false");
        try {
            check();
        } finally {
            if (before == null) {
                System.clearProperty(JMX_DISABLED);
            } else {
                System.setProperty(JMX_DISABLED, before);
            }
        }
    }

    private static void check() throws Exception {
        Main main = new Main();
        main.addInitialProperty(
                "camel.main.routes-include-pattern",
                List.of("configuration", "route", "shadow", "collect", "record", "ledger").stream()
                        .map(name -> "classpath:routes-xml/llm-" + name + ".xml")
                        .collect(Collectors.joining(",")));
        main.start();
        String drawn;
        try {
            CamelContext camel = main.getCamelContext();
            drawn = FlowDrawing.svg(
                    LABEL,
                    List.of(drawn(camel, "llm-route"), drawn(camel, "llm-record"), drawn(camel, "llm-answer")),
                    List.of(drawn(camel, "llm-shadow"), drawn(camel, "llm-collect")));
            for (String id : ids(camel, "llm-route")) {
                assertThat(drawn).as("node %s", id).contains(">" + id + "<");
            }
        } finally {
            main.stop();
        }
        if (Boolean.getBoolean("llmrouter.rewrite")) {
            Files.writeString(DIAGRAM, drawn);
        }
        assertThat(Files.exists(DIAGRAM) ? Files.readString(DIAGRAM) : "")
                .as("%s is out of date; run this test with -Dllmrouter.rewrite=true", DIAGRAM)
                .isEqualTo(drawn);
    }

    private static FlowDrawing.Drawn drawn(CamelContext camel, String id) throws Exception {
        Route route = camel.getRoute(id);
        List<ModelDumpLine> lines =
                PluginHelper.getModelToStructureDumper(camel).dumpStructure(camel, route, false);
        return new FlowDrawing.Drawn(route.getDescription(), lines);
    }

    /** Every node that the file gives an id. */
    private static List<String> ids(CamelContext camel, String route) {
        List<String> ids = new ArrayList<>();
        collect(((ModelCamelContext) camel).getRouteDefinition(route).getOutputs(), ids);
        return ids.stream().filter(id -> id.startsWith(route)).toList();
    }

    private static void collect(List<? extends org.apache.camel.model.ProcessorDefinition<?>> nodes, List<String> ids) {
        for (var node : nodes) {
            ids.add(((NamedNode) node).getId());
            collect(node.getOutputs(), ids);
        }
    }
}
