package dev.llmrouter.application;

import com.google.re2j.Pattern;
import java.util.function.Function;
import org.apache.camel.Ordered;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.util.IOHelper;
import org.jspecify.annotations.Nullable;

/**
 * Properties from the JVM's system properties and the environment: below arguments and above files, where a service's
 * user expects them. Left to itself Camel would let them win over arguments.
 */
final class ProcessSettings implements PropertiesSource, Ordered {
    /** What Kubernetes sets as the port of a service in every pod beside it: LLM_ROUTER_PORT beside one called llm-router. */
    private static final Pattern SERVICE_LINK = Pattern.compile("(?:tcp|udp|sctp)://.*");

    private static final String POLICY = "llm-router.policy";

    private final Function<String, @Nullable String> environment;

    /** @param environment gives the variable of a property; null where it is not set */
    ProcessSettings(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    static void putInto(PropertiesComponent properties) {
        properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        properties.addPropertiesSource(new ProcessSettings(IOHelper::lookupEnvironmentVariable));
    }

    @Override
    public String getName() {
        return "process";
    }

    /**
     * {@code server.port} is {@code SERVER_PORT} in the environment, unless that is the link of Kubernetes to a service. A port
     * or policy that is empty is not set: what files and defaults say holds.
     */
    @Override
    public @Nullable String getProperty(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            value = environment.apply(name);
        }
        if (value == null) {
            return null;
        }
        boolean isPort = name.endsWith(".port");
        boolean isNone = value.isBlank()
                ? isPort || name.equals(POLICY)
                : isPort && SERVICE_LINK.matcher(value).matches();
        return isNone ? null : value;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST;
    }
}
