package dev.llmrouter.camel;

import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Calls a model of the policy, or makes the call that a load balancer of the router has put into the exchange.
 *
 * <p>With a model, the body is read as {@code direct:llm-route} reads it: text, a {@code Map}, {@code JsonNode} or object of the
 * route's own, or JSON of a dialect. The answer is the body (a stream where JSON asks for one), and what came of the call is in the
 * headers of {@link LlmRouterConstants}, with cost and attempts. The call is recorded as every other, in log, meters and ledger.
 * What fails is an exception: {@code BadRequestException} for a body that cannot be read, {@code RefusedException} where
 * the model cannot or may not take it, {@code AllFailedException} where the provider did not answer; the body is then again the one that came.
 * What a task's {@code verify} says is not checked here.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        // a generated configurer takes a word in the place of a number for 0, without a word
        generateConfigurer = false,
        scheme = "llm-provider",
        title = "LLM Provider",
        syntax = "llm-provider:model",
        producerOnly = true,
        category = {Category.AI},
        headersClass = LlmRouterConstants.class)
public final class LlmProviderEndpoint extends DefaultEndpoint {
    /** What stands in the place of a model for the call that a load balancer has chosen. */
    static final String CALL = "call";

    @UriPath(
            description =
                    "Model to ask, by its name in the policy; or call, which makes the call that the load balancer of a tier"
                            + " has chosen.")
    @Metadata(required = true)
    private final String model;

    @UriParam(
            description =
                    "Resource URI of the policy. Default: the property llm-router.policy, else the example policy.")
    private @Nullable String policy;

    @UriParam(
            description =
                    "Task that the call is booked on; default: the header x-llm-task, else none. It does not change"
                            + " who is asked.")
    private @Nullable String task;

    @UriParam(
            description =
                    "Instructions before a body of plain text, or resource: and where they are, as resource:file:prompt.txt (UTF-8,"
                            + " read at the start); the header CamelLlmRouterSystemPrompt stands above it. Camel takes double"
                            + " braces in a parameter for a placeholder, ends it at an ampersand and drops line breaks: a text"
                            + " that has them goes into a resource, or into that header.")
    private @Nullable String systemPrompt;

    @UriParam(description = "Temperature for a body of plain text, 0 to 2.", javaType = "java.lang.Double")
    private @Nullable Double temperature;

    @UriParam(
            description = "Most tokens of the answer to a body of plain text, from 1.",
            javaType = "java.lang.Integer")
    private @Nullable Integer maxTokens;

    @UriParam(
            enums = "text,json",
            description =
                    "Form of the answer, as a String: its text alone, or JSON in the caller's dialect (OpenAI's for text)."
                            + " It is whole then, also where the exchange takes a stream. Default: text for text, JSON as bytes"
                            + " for JSON; server-sent events where the body asks for a stream and the exchange property"
                            + " CamelLlmRouterTakesStream is true.")
    private @Nullable String output;

    LlmProviderEndpoint(String uri, Component component, String model) {
        super(uri, component);
        this.model = model;
    }

    boolean isCall() {
        return model.equals(CALL);
    }

    @Override
    public Producer createProducer() {
        return isCall() ? new LlmProviderProducer(this) : new LlmModelProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("llm-provider is called, nothing comes from it: use it in <to>");
    }

    public String getModel() {
        return model;
    }

    public @Nullable String getPolicy() {
        return policy;
    }

    public void setPolicy(String policy) {
        this.policy = policy;
    }

    public @Nullable String getTask() {
        return task;
    }

    public void setTask(String task) {
        this.task = task;
    }

    public @Nullable String getSystemPrompt() {
        return systemPrompt;
    }

    public void setSystemPrompt(String systemPrompt) {
        this.systemPrompt = systemPrompt;
    }

    public @Nullable Double getTemperature() {
        return temperature;
    }

    public void setTemperature(Double temperature) {
        this.temperature = temperature;
    }

    public @Nullable Integer getMaxTokens() {
        return maxTokens;
    }

    public void setMaxTokens(Integer maxTokens) {
        this.maxTokens = maxTokens;
    }

    public @Nullable String getOutput() {
        return output;
    }

    public void setOutput(String output) {
        this.output = output;
    }
}
