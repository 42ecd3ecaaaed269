package dev.llmrouter.camel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import dev.llmrouter.chat.ChatMessage;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Role;
import dev.llmrouter.classify.Expressions;
import dev.llmrouter.classify.Input;
import java.util.List;
import java.util.function.Predicate;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;

/**
 * Expressions of rules in Camel Simple and JSONPath, compiled once. Safe for use by many threads.
 *
 * <p>The text of an expression comes from the policy alone; what the caller sends is data and never becomes an
 * expression. Outside of a route a Simple expression sees an exchange with the input's headers and, as body, the latest
 * user message. A JSONPath holds if it yields something other than null, false, an empty text, array or object.
 */
public final class CamelExpressions implements Expressions {
    private static final Configuration JSON = Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider())
            .mappingProvider(new JacksonMappingProvider())
            .build();

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final CamelContext context;

    public CamelExpressions(CamelContext context) {
        this.context = context;
    }

    @Override
    public Predicate<Input> simple(String text) {
        org.apache.camel.Predicate predicate;
        try {
            predicate = context.resolveLanguage("simple").createPredicate(text);
            predicate.init(context);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "simple '" + text + "' does not parse as a Camel Simple predicate: " + e.getMessage(), e);
        }
        return input -> predicate.matches(input.exchange() instanceof Exchange exchange ? exchange : exchangeOf(input));
    }

    private Exchange exchangeOf(Input input) {
        Exchange exchange = new DefaultExchange(context);
        input.headers().forEach(exchange.getMessage()::setHeader);
        List<ChatMessage> messages = input.request().messages();
        for (ChatMessage message : messages) {
            if (message.role() == Role.USER) {
                exchange.getMessage().setBody(message.text());
            }
        }
        return exchange;
    }

    @Override
    public Predicate<Input> jsonpath(String text) {
        JsonPath path;
        try {
            path = JsonPath.compile(text);
        } catch (InvalidPathException | IllegalArgumentException e) {
            throw new IllegalArgumentException("jsonpath '" + text + "' does not parse: " + e.getMessage(), e);
        }
        return input -> {
            JsonNode body = input.request().body();
            JsonNode document = body != null ? body : jsonOf(input.request());
            return document != null && holds(path, document);
        };
    }

    /** Business JSON comes as text: its fields are there to look at. Null if the text is no JSON object or array. */
    private static @Nullable JsonNode jsonOf(ChatRequest request) {
        List<ChatMessage> messages = request.messages();
        String text = messages.isEmpty()
                ? ""
                : messages.get(messages.size() - 1).text().strip();
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return null;
        }
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static boolean holds(JsonPath path, JsonNode body) {
        try {
            Object found = path.read(body, JSON);
            if (found instanceof JsonNode node) {
                return node.isContainerNode()
                        ? !node.isEmpty()
                        : node.isBoolean()
                                ? node.booleanValue()
                                : !node.isNull() && !node.asText().isEmpty();
            }
            return found != null && !Boolean.FALSE.equals(found);
        } catch (PathNotFoundException e) {
            return false;
        }
    }
}
