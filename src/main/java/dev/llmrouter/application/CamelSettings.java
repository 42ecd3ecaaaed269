package dev.llmrouter.application;

import dev.llmrouter.camel.gateway.LlmGatewayComponent;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.TypeConversionException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.util.StringHelper;

/**
 * Looks at properties that Camel Main binds before it does. Its own complaint names no property, and a few values it takes for
 * none without a word.
 */
final class CamelSettings {
    private static final String MAIN = "camel.main.";
    private static final String GATEWAY = "camel.component.llm-gateway.";
    private static final String PORT = GATEWAY + "port";

    /** Who may have said the port, the one that wins last. */
    private static final List<String> PORTS = List.of("server.port", "llm-router.port", PORT);

    private static final String TIME = "(?:[0-9]+(?:ms|[dhms]) ?)+";
    private static final Set<Class<?>> NUMBERS = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> BOOLEANS = Set.of(boolean.class, Boolean.class);

    private CamelSettings() {}

    /**
     * Looks at the values before they are bound; an empty port stands for none.
     *
     * @throws SettingException for a value that is none of its option's type; the message says which and what is allowed
     */
    static void check(BaseMainSupport main) {
        CamelContext camel = main.getCamelContext();
        checkPort(camel);
        check(camel, MAIN, main.configure().getClass());
        check(camel, GATEWAY, LlmGatewayComponent.class);
    }

    private static void checkPort(CamelContext camel) {
        String port = value(camel, PORT);
        if (port.isBlank()) {
            camel.getPropertiesComponent().addOverrideProperty(PORT, "8080");
        } else if (!port.matches("-?[0-9]{1,9}")) {
            String said = PORTS.stream()
                    .filter(name -> value(camel, name).equals(port))
                    .findFirst()
                    .orElse(PORT);
            throw new SettingException(
                    BindAddress.portFault(said.equals(PORTS.get(0)) ? BindAddress.PORT : said, "'" + port + "'"));
        }
    }

    /** Options are what a bean has setters for. */
    private static void check(CamelContext camel, String prefix, Class<?> bean) {
        for (Method method : bean.getMethods()) {
            Class<?> type = method.getParameterCount() == 1 ? method.getParameterTypes()[0] : Void.class;
            if (!method.getName().startsWith("set") || !NUMBERS.contains(type) && !BOOLEANS.contains(type)) {
                continue;
            }
            String option = StringHelper.decapitalize(method.getName().substring("set".length()));
            for (String name : Set.copyOf(List.of(prefix + StringHelper.camelCaseToDash(option), prefix + option))) {
                String value = value(camel, name);
                if (!value.isBlank() && !isOf(camel, type, value)) {
                    throw new SettingException(name + " is '" + value + "'; "
                            + (BOOLEANS.contains(type) ? "allowed are true and false." : "allowed is a whole number."));
                }
            }
        }
    }

    /** Camel takes times, such as {@code 30s}, for numbers. */
    private static boolean isOf(CamelContext camel, Class<?> type, String value) {
        if (BOOLEANS.contains(type)) {
            return value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
        }
        try {
            return value.matches(TIME) || camel.getTypeConverter().convertTo(type, value) != null;
        } catch (TypeConversionException e) {
            return false;
        }
    }

    private static String value(CamelContext camel, String property) {
        return camel.getPropertiesComponent().resolveProperty(property).orElse("");
    }

    /**
     * Looks at numbers that Camel takes, and that nothing could be served with.
     *
     * @throws SettingException if there is one; the message says which and what is allowed
     */
    static void checkRanges(LlmGatewayComponent gateway) {
        Map<String, Long> fromOne = Map.of(
                "max-requests", (long) gateway.getMaxRequests(),
                "body-timeout-seconds", (long) gateway.getBodyTimeoutSeconds());
        Map<String, Long> fromZero = Map.of(
                "max-body-bytes", (long) gateway.getMaxBodyBytes(),
                "max-bodies-bytes", gateway.getMaxBodiesBytes(),
                "idle-seconds", (long) gateway.getIdleSeconds());
        fromOne.forEach((name, value) -> requireFrom(1, name, value));
        fromZero.forEach((name, value) -> requireFrom(0, name, value));
    }

    private static void requireFrom(int least, String name, long value) {
        if (value < least) {
            throw new SettingException(
                    GATEWAY + name + " is '" + value + "'; allowed is a whole number from " + least + ".");
        }
    }
}
