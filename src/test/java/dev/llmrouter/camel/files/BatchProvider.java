package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A provider with the batch APIs of OpenAI ({@code /v1/files}, {@code /v1/batches}) and Anthropic ({@code /v1/messages/batches}). */
final class BatchProvider implements AutoCloseable {
    static final String KEY = "sk-secret-of-the-provider";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, String> files = new ConcurrentHashMap<>();
    private final Map<String, Ordered> batches = new LinkedHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    /** The lines that were put into batches that were ordered: they are paid for. */
    final List<String> paid = new CopyOnWriteArrayList<>();
    /** Calls of single requests. */
    final AtomicInteger calls = new AtomicInteger();

    volatile int failingCalls; // the first of them, at their price
    /** Every request, as METHOD PATH. */
    final List<String> log = new CopyOnWriteArrayList<>();
    /** Is told before a request is worked on, and after, before it is answered. */
    volatile Consumer<String> watch = step -> {};
    /** How often a batch is looked at until it has ended; negative for never. */
    volatile int looks = 2;
    /**
     * What becomes of a line, by its number: ok, error, expired, malformed, garbled, missing (it is
     * counted as answered); of OpenAI also uncounted, failed, failed uncounted, twice (as an answer and as an error). */
    volatile IntFunction<String> outcomes = line -> "ok";
    /** Where results are said to be; null for here. */
    volatile @Nullable String resultsHost;
    /** Of the provider, as it stands in the policy. */
    volatile String breaker = "openFor: 1s";
    /** What the batch as a whole fails with; null for nothing. */
    volatile @Nullable String failure;
    /** Whether it names files that are none with an empty text. */
    volatile boolean namesNoFile;
    /** Whether it counts as completed what came to nothing, and nothing as failed. */
    volatile boolean countsFailuresAsCompleted;
    /** Whether it counts what expired neither as completed nor as failed, as OpenAI does. */
    volatile boolean countsNothingThatExpired;
    /** Looks at a file until an order may name it; an order before is answered with 400. */
    final AtomicInteger pendingLooks = new AtomicInteger();

    /** Listings of batches that are answered with 404 first. */
    final AtomicInteger unlisted = new AtomicInteger();

    /** Looks at a batch, or at its answers, that are answered with 404 first. */
    final AtomicInteger unknown = new AtomicInteger();
    /** Answers whose connection breaks in the middle first. */
    final AtomicInteger breaks = new AtomicInteger();

    BatchProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::handle);
        server.start();
    }

    private static final class Ordered {
        final String id;
        final String key;
        final List<JsonNode> requests;
        final Instant created = Instant.now();
        int looks;
        boolean cancelled;
        boolean ended;

        Ordered(String id, String key, List<JsonNode> requests) {
            this.id = id;
            this.key = key;
            this.requests = requests;
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange http) throws IOException {
        String path = http.getRequestURI().getPath();
        String step = http.getRequestMethod() + " " + path.replaceAll("(file|batch)_[0-9]+", "ID");
        byte[] body = http.getRequestBody().readAllBytes();
        log.add(http.getRequestMethod() + " " + http.getRequestURI());
        try {
            watch.accept("before " + step);
            boolean anthropic = path.startsWith("/v1/messages");
            String key = http.getRequestHeaders().getFirst(anthropic ? "x-api-key" : "authorization");
            byte[] answer;
            int status = 200;
            if (!Objects.equals(key, anthropic ? KEY : "Bearer " + KEY)) {
                status = 401;
                answer = "{\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"}}"
                        .getBytes(StandardCharsets.UTF_8);
            } else if (step.startsWith("GET ")
                    && step.endsWith("/batches")
                    && unlisted.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                status = 404;
                answer = "{\"error\":{\"type\":\"not_found_error\",\"message\":\"no\"}}"
                        .getBytes(StandardCharsets.UTF_8);
            } else if (step.equals("POST /v1/batches") && pendingLooks.get() > 0) {
                status = 400;
                answer = "{\"error\":{\"code\":\"invalidPayload\",\"message\":\"the file is not ready\"}}"
                        .getBytes(StandardCharsets.UTF_8);
            } else {
                synchronized (this) {
                    answer = (anthropic ? anthropic(http, path, body) : openAi(http, path, body))
                            .getBytes(StandardCharsets.UTF_8);
                }
            }
            watch.accept("after " + step);
            boolean isAnswers = step.endsWith("/content") || step.endsWith("/results");
            if (isAnswers && breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                http.sendResponseHeaders(200, answer.length);
                http.getResponseBody().write(answer, 0, answer.length / 2);
                http.getResponseBody().flush();
                return; // closed before it is whole
            }
            if (step.startsWith("GET ")
                    && (isAnswers || step.contains("/batches/"))
                    && unknown.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                status = 404;
                answer = "{\"error\":{\"type\":\"not_found_error\",\"message\":\"no\"}}"
                        .getBytes(StandardCharsets.UTF_8);
            }
            http.getResponseHeaders().add("Content-Type", "application/json");
            http.sendResponseHeaders(status, answer.length);
            http.getResponseBody().write(answer);
        } catch (RuntimeException e) {
            http.sendResponseHeaders(500, -1);
        } finally {
            http.close();
        }
    }

    private String openAi(HttpExchange http, String path, byte[] body) throws IOException {
        if (path.equals("/v1/chat/completions")) {
            ObjectNode reply = openAiReply(100);
            if (calls.incrementAndGet() <= failingCalls) {
                reply.putArray("choices");
                reply.putObject("error").put("message", "broke").put("code", 502);
            }
            return reply.toString();
        }
        if (path.equals("/v1/files")) {
            String id = "file_" + numbers.incrementAndGet();
            files.put(id, multipart(http, new String(body, StandardCharsets.UTF_8)));
            return JSON.createObjectNode().put("id", id).put("object", "file").toString();
        }
        if (path.startsWith("/v1/files/") && !path.endsWith("/content")) {
            boolean pending = pendingLooks.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            return JSON.createObjectNode()
                    .put("status", pending ? "pending" : "processed")
                    .toString();
        }
        if (path.startsWith("/v1/files/")) {
            return Objects.requireNonNull(files.get(path.split("/")[3]));
        }
        if (path.equals("/v1/batches") && http.getRequestMethod().equals("POST")) {
            JsonNode order = JSON.readTree(body);
            if (!order.path("endpoint").asText().equals("/v1/chat/completions")
                    || !order.path("completion_window").asText().equals("24h")) {
                throw new IllegalArgumentException("no order");
            }
            List<JsonNode> requests = new ArrayList<>();
            for (String line : Objects.requireNonNull(
                            files.get(order.path("input_file_id").asText()))
                    .split("\n")) {
                JsonNode request = JSON.readTree(line);
                if (!request.path("url").asText().equals("/v1/chat/completions")
                        || !request.path("method").asText().equals("POST")) {
                    throw new IllegalArgumentException("no request");
                }
                requests.add(request);
            }
            return openAiBatch(order(order.path("metadata").path("llm_router").asText(), requests))
                    .toString();
        }
        if (path.equals("/v1/batches")) {
            ArrayNode data = JSON.createArrayNode();
            for (Ordered batch : newestFirst()) {
                data.add(openAiBatch(batch));
            }
            return JSON.createObjectNode()
                    .put("has_more", false)
                    .<ObjectNode>set("data", data)
                    .toString();
        }
        Ordered batch = Objects.requireNonNull(batches.get(path.split("/")[3]));
        look(batch, path.endsWith("/cancel"));
        return openAiBatch(batch).toString();
    }

    private List<Ordered> newestFirst() {
        List<Ordered> all = new ArrayList<>(batches.values());
        java.util.Collections.reverse(all);
        return all;
    }

    private Ordered order(String key, List<JsonNode> requests) {
        Ordered batch = new Ordered("batch_" + numbers.incrementAndGet(), key, requests);
        batches.put(batch.id, batch);
        requests.forEach(request -> paid.add(request.path("custom_id").asText()));
        return batch;
    }

    private void look(Ordered batch, boolean cancels) {
        batch.cancelled |= cancels;
        batch.looks++;
        batch.ended = looks >= 0 && batch.looks > looks;
    }

    private static String multipart(HttpExchange http, String body) {
        String type = http.getRequestHeaders().getFirst("content-type");
        String boundary = "--" + type.substring(type.indexOf("boundary=") + 9);
        String[] parts = body.split(java.util.regex.Pattern.quote(boundary));
        if (!parts[1].contains("name=\"purpose\"")
                || !parts[1].strip().endsWith("batch")
                || !parts[3].startsWith("--")) {
            throw new IllegalArgumentException("no upload of a batch");
        }
        return parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4, parts[2].length() - 2);
    }

    private ObjectNode openAiBatch(Ordered batch) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", batch.id).put("object", "batch").put("created_at", batch.created.getEpochSecond());
        json.putObject("metadata").put("llm_router", batch.key);
        int size = batch.requests.size();
        int answered = !batch.ended ? 0 : countsFailuresAsCompleted ? size : answered(batch);
        json.putObject("request_counts")
                .put("total", batch.requests.size())
                .put("completed", answered)
                .put(
                        "failed",
                        batch.ended ? size - answered - (countsNothingThatExpired ? come(batch, "expired") : 0) : 0);
        if (failure != null) {
            json.put("status", "failed")
                    .putObject("errors")
                    .putArray("data")
                    .addObject()
                    .put("code", failure);
            return json;
        }
        json.put("status", batch.ended ? "completed" : "in_progress");
        if (batch.ended) {
            StringBuilder good = new StringBuilder();
            StringBuilder bad = new StringBuilder();
            for (JsonNode request : batch.requests) {
                String id = request.path("custom_id").asText();
                int number = Integer.parseInt(id.split("-")[1]);
                ObjectNode line = JSON.createObjectNode().put("id", "r").put("custom_id", id);
                switch (outcomes.apply(number)) {
                    case "ok", "twice" -> {
                        line.putObject("response").put("status_code", 200).set("body", openAiReply(number));
                        good.insert(0, line + "\n");
                        if (outcomes.apply(number).equals("twice")) {
                            bad.append(line.putNull("response")).append('\n');
                        }
                    }
                    case "missing" -> {}
                    case "uncounted" -> {
                        ObjectNode reply = openAiReply(number);
                        reply.remove("usage");
                        line.putObject("response").put("status_code", 200).set("body", reply);
                        good.append(line).append('\n');
                    }
                    case "failed", "failed uncounted" -> {
                        ObjectNode reply = openAiReply(number);
                        ((ObjectNode) reply.path("choices").path(0)).put("finish_reason", "error");
                        if (outcomes.apply(number).equals("failed uncounted")) {
                            reply.remove("usage");
                        }
                        line.putObject("response").put("status_code", 200).set("body", reply);
                        good.append(line).append('\n');
                    }
                    case "malformed" -> {
                        line.putObject("response")
                                .put("status_code", 200)
                                .putObject("body")
                                .put("no", "reply");
                        good.append(line).append('\n');
                    }
                    case "garbled" -> good.append("{\"id\":\"r\",\"custom_id\n");
                    case "error" -> {
                        line.putObject("response")
                                .put("status_code", 400)
                                .putObject("body")
                                .putObject("error")
                                .put("code", "invalid_prompt")
                                .put("message", "secret text");
                        bad.append(line).append('\n');
                    }
                    default -> {
                        line.putNull("response");
                        line.putObject("error").put("code", "batch_expired");
                        bad.append(line).append('\n');
                    }
                }
            }
            put(json, "output_file_id", "file_1000" + batch.id.substring(6), good);
            put(json, "error_file_id", "file_2000" + batch.id.substring(6), bad);
        }
        return json;
    }

    private void put(ObjectNode json, String field, String id, StringBuilder content) {
        if (!content.isEmpty()) {
            files.put(id, content.toString());
            json.put(field, id);
        } else if (namesNoFile) {
            json.put(field, "");
        }
    }

    /** How many of its lines are answered, and paid for. */
    private int answered(Ordered batch) {
        return batch.requests.size() - come(batch, "error") - come(batch, "expired");
    }

    private int come(Ordered batch, String outcome) {
        return (int) batch.requests.stream()
                .map(request -> request.path("custom_id").asText().split("-"))
                .filter(parts -> parts.length == 3
                        && outcomes.apply(Integer.parseInt(parts[1])).equals(outcome))
                .count();
    }

    private static ObjectNode openAiReply(int line) {
        ObjectNode reply = JSON.createObjectNode();
        reply.put("id", "c").put("object", "chat.completion").put("created", 1).put("model", "m");
        ObjectNode choice =
                reply.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
        choice.putObject("message").put("role", "assistant").put("content", "answer " + line);
        reply.putObject("usage")
                .put("prompt_tokens", 1000 + line)
                .put("completion_tokens", 7)
                .put("total_tokens", 1007 + line);
        return reply;
    }

    private String anthropic(HttpExchange http, String path, byte[] body) throws IOException {
        if (path.equals("/v1/messages")) {
            calls.incrementAndGet();
            return anthropicReply(100).toString();
        }
        if (path.equals("/v1/messages/batches") && http.getRequestMethod().equals("POST")) {
            List<JsonNode> requests = new ArrayList<>();
            JSON.readTree(body).path("requests").forEach(requests::add);
            if (requests.isEmpty() || !requests.get(0).path("params").has("max_tokens")) {
                throw new IllegalArgumentException("no order");
            }
            return anthropicBatch(order("", requests)).toString();
        }
        if (path.equals("/v1/messages/batches")) {
            ArrayNode data = JSON.createArrayNode();
            for (Ordered batch : newestFirst()) {
                data.add(anthropicBatch(batch));
            }
            return JSON.createObjectNode()
                    .put("has_more", false)
                    .<ObjectNode>set("data", data)
                    .toString();
        }
        Ordered batch = Objects.requireNonNull(batches.get(path.split("/")[4]));
        if (path.endsWith("/results")) {
            return anthropicResults(batch);
        }
        look(batch, path.endsWith("/cancel"));
        return anthropicBatch(batch).toString();
    }

    private ObjectNode anthropicBatch(Ordered batch) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", batch.id).put("type", "message_batch").put("created_at", batch.created.toString());
        json.put("processing_status", batch.ended ? "ended" : batch.cancelled ? "canceling" : "in_progress");
        int size = batch.requests.size();
        int answered = batch.ended ? answered(batch) : 0;
        json.putObject("request_counts")
                .put("processing", batch.ended ? 0 : size)
                .put("succeeded", answered)
                .put("errored", batch.ended ? size - answered : 0)
                .put("canceled", 0)
                .put("expired", 0);
        String host = resultsHost;
        json.put(
                "results_url",
                batch.ended ? (host == null ? url() : host) + "/v1/messages/batches/" + batch.id + "/results" : null);
        return json;
    }

    private String anthropicResults(Ordered batch) {
        StringBuilder results = new StringBuilder();
        for (JsonNode request : batch.requests) {
            String id = request.path("custom_id").asText();
            String[] parts = id.split("-");
            int number = parts.length == 3 ? Integer.parseInt(parts[1]) : 0;
            ObjectNode line = JSON.createObjectNode().put("custom_id", id);
            ObjectNode result = line.putObject("result");
            switch (outcomes.apply(number)) {
                case "ok" -> result.put("type", "succeeded").set("message", anthropicReply(number));
                case "malformed" ->
                    result.put("type", "succeeded").putObject("message").put("no", "reply");
                case "error" ->
                    result.put("type", "errored")
                            .putObject("error")
                            .put("type", "error")
                            .putObject("error")
                            .put("type", "invalid_request_error")
                            .put("message", "secret text");
                default -> result.put("type", "expired");
            }
            if (!outcomes.apply(number).equals("missing")) {
                results.insert(0, outcomes.apply(number).equals("garbled") ? "{\"custom_id\n" : line + "\n");
            }
        }
        return results.toString();
    }

    private static ObjectNode anthropicReply(int line) {
        ObjectNode reply = JSON.createObjectNode();
        reply.put("id", "m").put("type", "message").put("role", "assistant").put("model", "m");
        reply.putArray("content").addObject().put("type", "text").put("text", "answer " + line);
        reply.put("stop_reason", "end_turn");
        reply.putObject("usage").put("input_tokens", 1000 + line).put("output_tokens", 7);
        return reply;
    }

    /** A batch of somebody else with the same key of the provider. */
    synchronized void orderOfAnother(int size) {
        List<JsonNode> requests = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            requests.add(JSON.createObjectNode().put("custom_id", "theirs"));
        }
        Ordered batch = new Ordered("batch_" + numbers.incrementAndGet(), "theirs", requests);
        batches.put(batch.id, batch);
    }

    /** More of the baseline model's price, and of the baseline tier. */
    String baselinePrice = "";

    String baselineBatch = "";

    /** @param protocol openai or anthropic */
    String policy(String protocol, String batch) {
        return """
                version: 1
                owner: test
                baseline: best
                evidence: off
                providers:
                  theirs: { protocol: %s, baseUrl: "%s", apiKey: "%s", breaker: { %s } }
                models:
                  small: { provider: theirs, context: 8000, price: { input: 3, output: 15, batch: 0.5, asOf: 2026-07-02 } }
                  large: { provider: theirs, context: 8000, price: { input: 10, output: 50, %sasOf: 2026-07-02 } }
                tiers:
                  slow: { models: [small], batch: %s }
                  best: { models: [large]%s }
                tasks:
                  easy: { tier: slow, description: d, rationale: r }
                  hard: { tier: best, description: d, rationale: r }
                  sampled: { tier: slow, description: d, rationale: r, verify: { samples: { count: 2 } } }
                  strict: { tier: slow, description: d, rationale: r, verify: { oneOf: ["answer 100", "answer 2"] } }
                """.formatted(
                        protocol,
                        protocol.equals("openai") ? url() + "/v1" : url(),
                        KEY,
                        breaker,
                        baselinePrice,
                        batch,
                        baselineBatch);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
