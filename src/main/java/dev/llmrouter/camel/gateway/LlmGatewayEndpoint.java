package dev.llmrouter.camel.gateway;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** One path of the gateway's HTTP server. */
@UriEndpoint(
        firstVersion = "0.1.0",
        // a generated configurer takes a word in the place of a number for 0, without a word
        generateConfigurer = false,
        scheme = "llm-gateway",
        title = "LLM Gateway",
        syntax = "llm-gateway:path",
        consumerOnly = true,
        category = {Category.AI, Category.HTTP})
public final class LlmGatewayEndpoint extends DefaultEndpoint {
    @UriPath(description = "The path, matched exactly unless the option below is set.")
    @Metadata(required = true)
    private final String path;

    @UriParam(description = "Methods that are served, separated by commas; HEAD comes with GET.", defaultValue = "POST")
    private String methods = "POST";

    @UriParam(
            description =
                    "Whether callers need a key here, where the policy has keys. It is asked for before the body is"
                            + " read.",
            defaultValue = "false")
    private boolean keys;

    @UriParam(
            description = "Whether the route serves the paths below its own, and not its own.",
            defaultValue = "false")
    private boolean below;

    @UriParam(
            description = "Whether the route runs on a thread that may block, whatever the size of the body.",
            defaultValue = "false")
    private boolean worker;

    @UriParam(
            description =
                    "Whether requests count among those that may be under way at a time, and their bodies among the"
                            + " bytes that these may have. What watches the gateway does not: it has to be answered when there is"
                            + " no room for others.",
            defaultValue = "true")
    private boolean admission = true;

    @UriParam(
            description =
                    "Whether requests by any name of host are served. Else a gateway on this machine that asks for"
                            + " no key here serves those by names of this machine, and of the component's allowedHosts. For"
                            + " answers that any web page may know.",
            defaultValue = "false")
    private boolean anyHost;

    LlmGatewayEndpoint(String uri, LlmGatewayComponent component, String path) {
        super(uri, component);
        this.path = path;
    }

    public String getPath() {
        return path;
    }

    public String getMethods() {
        return methods;
    }

    public void setMethods(String methods) {
        this.methods = methods;
    }

    public boolean isKeys() {
        return keys;
    }

    public void setKeys(boolean keys) {
        this.keys = keys;
    }

    public boolean isBelow() {
        return below;
    }

    public void setBelow(boolean below) {
        this.below = below;
    }

    public boolean isWorker() {
        return worker;
    }

    public void setWorker(boolean worker) {
        this.worker = worker;
    }

    public boolean isAdmission() {
        return admission;
    }

    public void setAdmission(boolean admission) {
        this.admission = admission;
    }

    public boolean isAnyHost() {
        return anyHost;
    }

    public void setAnyHost(boolean anyHost) {
        this.anyHost = anyHost;
    }

    Set<String> served() {
        Set<String> served = Stream.of(methods.split(","))
                .map(method -> method.strip().toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        if (served.contains("GET")) {
            served.add("HEAD");
        }
        return served;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("llm-gateway is where requests come from: use it in <from>");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        LlmGatewayConsumer consumer =
                new LlmGatewayConsumer(this, ((LlmGatewayComponent) getComponent()).server(), processor);
        configureConsumer(consumer);
        return consumer;
    }
}
