package dev.llmrouter.evaluate.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.BadRequestException;
import dev.llmrouter.chat.BodyShape;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.Dialect;
import dev.llmrouter.chat.Dialects;
import dev.llmrouter.chat.EmbeddingsDialect;
import dev.llmrouter.chat.Part;
import dev.llmrouter.classify.TokenEstimator;
import dev.llmrouter.evaluate.ExampleFormat;
import dev.llmrouter.policy.Limits;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.RoutingPolicy;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the question that an example puts to a model, and says what it may cost. Safe for use by many threads. */
public final class QuestionWriter {
    /**
     * Tokens that an image, sound or document may take. Assumption: images cost up to about 1,600 at the large providers;
     * long documents cost more, and the cap does not hold for them.
     */
    private static final int MEDIUM = 2_000;

    /** Tokens of framing around a message, and of a provider's own instructions for tools. Assumptions, on the safe side. */
    private static final int FRAME = 16;

    private static final int TOOLS = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final RoutingPolicy policy;
    private final boolean isSimulated;
    private final Dialects dialects;

    /** @param isSimulated whether the simulator stands in for every provider of the policy */
    public QuestionWriter(RoutingPolicy policy, boolean isSimulated, Dialects dialects) {
        this.policy = policy;
        this.isSimulated = isSimulated;
        this.dialects = dialects;
    }

    /**
     * The chat request that an input stands for: a whole answer is asked for, one, of a limited length.
     *
     * @param input a text, or a request in OpenAI's or Anthropic's format
     * @param system for an input without a system prompt of its own; empty for none
     * @param maxOutput tokens, where the input states no limit
     * @throws BadRequestException if the input is not a usable request
     */
    public static ObjectNode body(JsonNode input, String system, int maxOutput) {
        ObjectNode body;
        if (input instanceof ObjectNode own) {
            body = own.deepCopy();
        } else {
            body = JSON.createObjectNode();
            body.putArray("messages").addObject().put("role", "user").put("content", input.asText());
        }
        body.remove(List.of("stream", "stream_options", "n"));
        body.put("model", "auto");
        ExampleFormat.addSystem(body, system);
        if (!statesLimit(body)) {
            boolean isAnthropic = BodyShape.chatOf(body) == Dialect.Name.ANTHROPIC;
            body.put(isAnthropic ? "max_tokens" : "max_completion_tokens", maxOutput);
        }
        return body;
    }

    /** Whether an input says itself how long an answer may be. @param input a text, or a request */
    static boolean statesLimit(JsonNode input) {
        return input.path("max_completion_tokens").isNumber()
                || input.path("max_tokens").isNumber();
    }

    /**
     * One question.
     *
     * @param part what of the example is asked; empty for the example itself
     * @param isLimitedByRun whether the body's limit of tokens is not the example's own; one of the model is taken to be its own
     * @throws BadRequestException if the body is not a usable request
     * @throws IllegalArgumentException if the policy does not know the model
     */
    public Question question(
            int line, String example, String part, String model, ObjectNode body, boolean isLimitedByRun)
            throws BadRequestException {
        Model known = policy.model(model)
                .orElseThrow(() -> new IllegalArgumentException("model '" + model
                        + "' is not in the policy, so it cannot be called; add it under 'models', or record its"
                        + " answers"));
        Protocol protocol =
                isSimulated ? Protocol.SIMULATOR : policy.providerOf(known).protocol();
        Integer own = known.maxOutput();
        ObjectNode limited = body;
        if (own != null) {
            limited = body.deepCopy();
            for (String field : List.of("max_completion_tokens", "max_tokens")) {
                if (limited.path(field).asInt() > own) {
                    limited.put(field, own.intValue());
                }
            }
        }
        byte[] bytes = bytes(limited);
        ChatRequest request = dialects.caller(BodyShape.chatOf(body)).parseRequest(bytes, Limits.ofDefaults());
        Integer limit = request.sampling().maxOutputTokens();
        int output = limit == null ? 0 : limit;
        long extra = extra(request);
        long most = bytes.length + extra;
        long likely =
                Math.round((TokenEstimator.estimate(text(request)) + extra / 4.0) * TokenEstimator.factor(protocol));
        Price price = known.price();
        String answering = answering(protocol, known);
        String key = key(known, answering, example + part, limited);
        return new Question(
                key,
                line,
                example,
                model,
                known.provider(),
                protocol == Protocol.SIMULATOR,
                request,
                Math.min(likely, most),
                most,
                output,
                false,
                isLimitedByRun && (own == null || output < own),
                price == null ? null : usd(price.input(), Math.min(likely, most)),
                price == null ? null : usd(dearest(price), most).add(usd(price.output(), output)));
    }

    /**
     * The question for the vector of a text.
     *
     * @param part what of the example it is
     * @param known an embedding model
     * @param text not blank
     */
    Question vector(int line, String example, String part, Model known, String text) {
        Protocol protocol =
                isSimulated ? Protocol.SIMULATOR : policy.providerOf(known).protocol();
        String answering = answering(protocol, known);
        ObjectNode body = JSON.createObjectNode().put("input", text);
        long most = text.getBytes(StandardCharsets.UTF_8).length + FRAME;
        long likely = Math.min(most, Math.round(TokenEstimator.estimate(text) * TokenEstimator.factor(protocol)));
        Price price = known.price();
        return new Question(
                key(known, answering, example + part, body),
                line,
                example,
                known.name(),
                known.provider(),
                protocol == Protocol.SIMULATOR,
                EmbeddingsDialect.request(List.of(text), known.name()),
                likely,
                most,
                0,
                false,
                false,
                price == null ? null : usd(price.input(), likely),
                price == null ? null : usd(dearest(price), most));
    }

    /** What answers on this machine (a simulator, a model of one's own) says nothing of who answers elsewhere under the same name. */
    private String answering(Protocol protocol, Model known) {
        if (protocol == Protocol.SIMULATOR) {
            return "simulator";
        }
        URI base = policy.providerOf(known).baseUrl();
        return known.provider() + (base != null && isHere(base.getHost()) ? " on this machine" : "");
    }

    private static boolean isHere(@Nullable String host) {
        return host != null && (host.equalsIgnoreCase("localhost") || host.startsWith("127.") || host.equals("[::1]"));
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    private static long extra(ChatRequest request) {
        long media = request.messages().stream()
                .flatMap(message -> message.parts().stream())
                .filter(part ->
                        part instanceof Part.Image || part instanceof Part.Audio || part instanceof Part.Document)
                .count();
        return media * MEDIUM
                + (request.messages().size() + 1L) * FRAME
                + (request.tools().isEmpty() ? 0 : TOOLS);
    }

    private static String text(ChatRequest request) {
        StringBuilder all = new StringBuilder();
        request.messages().forEach(message -> all.append(message.text()).append('\n'));
        return all.toString();
    }

    private static BigDecimal dearest(Price price) {
        BigDecimal most = price.input();
        for (BigDecimal other : new BigDecimal[] {price.cachedInput(), price.cacheWrite()}) {
            most = other == null ? most : most.max(other);
        }
        return most;
    }

    private static BigDecimal usd(BigDecimal perMillion, long tokens) {
        return perMillion.multiply(BigDecimal.valueOf(tokens)).movePointLeft(6);
    }

    private static String key(Model model, String answering, String example, ObjectNode body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {model.name(), answering, model.remoteName(), example}) {
                digest.update(part.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            digest.update(SORTED.writeValueAsBytes(SORTED.treeToValue(body, Object.class)));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which every one must have", e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always writable", e);
        }
    }

    /** Whether a model has a price. */
    public boolean isPriced(String model) {
        return policy.model(model).map(Model::price).isPresent();
    }
}
