package dev.llmrouter.camel;

import dev.llmrouter.policy.load.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.RouteTemplateParameterDefinition;
import org.apache.camel.util.StringHelper;

/**
 * What was given to the router's Kamelets and route templates under a name that they do not have. Camel takes any name and tells nobody, so that a Kamelet with
 * {@code polcy=...} works by another policy than its author thinks.
 */
final class TemplateParameters {
    private static final String OURS = "llm-";

    /** What Camel itself gives a route that it makes from a template. */
    private static final Set<String> OF_CAMEL = Set.of(
            "templateId",
            "routeId",
            "uuid",
            "location",
            "noErrorHandler",
            "bridgeErrorHandler",
            "parentRouteId",
            "parentProcessorId",
            "prefixId");

    private TemplateParameters() {}

    /** @return a sentence about each name that its template does not have, for all routes made so far */
    static List<String> doubts(CamelContext camel) {
        List<String> doubts = new ArrayList<>();
        Model model = camel.getCamelContextExtension().getContextPlugin(Model.class);
        for (RouteDefinition route : model.getRouteDefinitions()) {
            Map<String, Object> given = route.getTemplateParameters();
            if (given == null || !(given.get("templateId") instanceof String id) || !id.startsWith(OURS)) {
                continue;
            }
            RouteTemplateDefinition template = model.getRouteTemplateDefinition(id);
            if (template == null) {
                continue;
            }
            Set<String> known = parameters(template);
            for (String name : names(given)) {
                if (!known.contains(name) && !OF_CAMEL.contains(name) && !isBean(template, name)) {
                    doubts.add(doubt(id, name, known));
                }
            }
        }
        return doubts;
    }

    /** Camel keeps each name twice: as it is written, and with dashes. */
    private static Set<String> names(Map<String, Object> given) {
        Set<String> names = new TreeSet<>();
        given.keySet().forEach(name -> names.add(StringHelper.dashToCamelCase(name)));
        return names;
    }

    private static Set<String> parameters(RouteTemplateDefinition template) {
        Set<String> names = new TreeSet<>();
        for (RouteTemplateParameterDefinition parameter : template.getTemplateParameters()) {
            names.add(parameter.getName());
        }
        return names;
    }

    private static boolean isBean(RouteTemplateDefinition template, String name) {
        return template.getTemplateBeans() != null
                && template.getTemplateBeans().stream()
                        .map(BeanFactoryDefinition::getName)
                        .anyMatch(name::equals);
    }

    private static String doubt(String template, String name, Set<String> known) {
        String closest = Suggestion.closest(name, known);
        return "'" + template + "' is given a parameter '" + name + "', which it does not have: nobody reads it."
                + (closest.isEmpty()
                        ? " It has: " + String.join(", ", known) + "."
                        : " Did you mean '" + closest + "'?");
    }
}
