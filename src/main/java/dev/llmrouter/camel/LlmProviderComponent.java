package dev.llmrouter.camel;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/** The component {@code llm-provider}: calls the provider that the router has chosen. */
@Component("llm-provider")
public final class LlmProviderComponent extends DefaultComponent {
    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (!"call".equals(remaining)) {
            throw new IllegalArgumentException("llm-provider:" + remaining + " is not known. Use llm-provider:call.");
        }
        return new LlmProviderEndpoint(uri, this);
    }
}
