package dev.llmrouter.camel;

import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Makes the call that a load balancer of the router has put into the exchange; the body becomes the provider's reply. */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "llm-provider",
        title = "LLM Provider",
        syntax = "llm-provider:operation",
        producerOnly = true,
        category = {Category.AI})
public final class LlmProviderEndpoint extends DefaultEndpoint {
    @UriPath(enums = "call", description = "What to do; call is the one operation.")
    @Metadata(required = true)
    private String operation = "call";

    LlmProviderEndpoint(String uri, Component component) {
        super(uri, component);
    }

    public String getOperation() {
        return operation;
    }

    public void setOperation(String operation) {
        this.operation = operation;
    }

    @Override
    public Producer createProducer() {
        return new LlmProviderProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("llm-provider is called, nothing comes from it: use it in <to>");
    }
}
