package dev.llmrouter.application;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A provider of chat completions that answers by what it is asked, for {@link ClientMatrixTest}. */
final class MatrixProvider implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpServer server;

    /** Has a permit for each stream that was left before its end. */
    final Semaphore left = new Semaphore(0);

    MatrixProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/chat/completions", exchange -> {
            try (exchange) {
                answer(exchange, JSON.readTree(exchange.getRequestBody().readAllBytes()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange, JsonNode asked) throws IOException, InterruptedException {
        JsonNode messages = asked.path("messages");
        JsonNode last = messages.path(messages.size() - 1);
        String text = last.path("content").toString();
        if (text.contains("Wait.")) {
            closing.await();
        } else if (text.contains("Forever.")) {
            endless(exchange);
        } else if (asked.path("stream").asBoolean()) {
            stream(exchange, List.of("One", " two", " three."));
        } else if (last.path("role").asText().equals("tool")) {
            whole(
                    exchange,
                    "{\"content\":"
                            + JSON.writeValueAsString(
                                    "There is " + last.path("content").asText() + ".") + "}",
                    "stop");
        } else if (asked.path("tools").size() > 0 && text.contains("Weather")) {
            whole(
                    exchange,
                    "{\"content\":null,\"tool_calls\":[{\"id\":\"call_7\",\"type\":\"function\",\"function\":{"
                            + "\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"Bern\\\"}\"}}]}",
                    "tool_calls");
        } else if (asked.at("/response_format/type").asText().equals("json_schema")) {
            whole(exchange, "{\"content\":\"{\\\"name\\\":\\\"Ann\\\",\\\"age\\\":7}\"}", "stop");
        } else {
            whole(exchange, "{\"content\":\"One two three.\"}", "stop");
        }
    }

    private static void whole(HttpExchange exchange, String message, String reason) throws IOException {
        ObjectNode body = head("chat.completion");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0).put("finish_reason", reason);
        choice.set("message", ((ObjectNode) JSON.readTree(message)).put("role", "assistant"));
        usage(body);
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static ObjectNode head(String object) {
        return JSON.createObjectNode()
                .put("id", "chatcmpl-1")
                .put("object", object)
                .put("created", 1)
                .put("model", "remote");
    }

    private static void usage(ObjectNode body) {
        body.putObject("usage")
                .put("prompt_tokens", 10)
                .put("completion_tokens", 5)
                .put("total_tokens", 15);
    }

    private static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void chunk(OutputStream out, String content, String reason) throws IOException {
        ObjectNode body = head("chat.completion.chunk");
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("content", content);
        if (reason.isEmpty()) {
            choice.putNull("finish_reason");
        } else {
            choice.put("finish_reason", reason);
        }
        event(out, body.toString());
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void stream(HttpExchange exchange, List<String> pieces) throws IOException {
        OutputStream out = begin(exchange);
        for (String piece : pieces) {
            chunk(out, piece, "");
        }
        chunk(out, "", "stop");
        ObjectNode last = head("chat.completion.chunk");
        last.putArray("choices");
        usage(last);
        event(out, last.toString());
        event(out, "[DONE]");
    }

    /** Goes on until the reader has gone. */
    private void endless(HttpExchange exchange) throws IOException, InterruptedException {
        OutputStream out = begin(exchange);
        try {
            while (closing.getCount() > 0) {
                chunk(out, "on and on ", "");
                closing.await(20, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
        } catch (IOException gone) {
            left.release();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
