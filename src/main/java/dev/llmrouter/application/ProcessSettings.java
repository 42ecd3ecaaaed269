package dev.llmrouter.application;

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
    static void putInto(PropertiesComponent properties) {
        properties.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_NEVER);
        properties.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        properties.addPropertiesSource(new ProcessSettings());
    }

    @Override
    public String getName() {
        return "process";
    }

    /** {@code server.port} is {@code SERVER_PORT} in the environment. */
    @Override
    public @Nullable String getProperty(String name) {
        String value = System.getProperty(name);
        return value != null ? value : IOHelper.lookupEnvironmentVariable(name);
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST;
    }
}
