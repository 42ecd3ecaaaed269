package dev.llmrouter.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.policy.Model;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenAI's Batch API. A file of requests is uploaded ({@code POST /files}), and a batch ordered of it ({@code POST /batches}), with
 * our key in its metadata. Source: OpenAI API reference, Batch and Files.
 */
final class OpenAiBatchApi implements BatchApi {
    private static final Logger LOG = LoggerFactory.getLogger(OpenAiBatchApi.class);
    private static final String KEY = "llm_router";
    private static final int MAX_LINES = 50_000;
    private static final long MAX_BYTES = 200_000_000;
    private static final int PAGES = 100;
    /** How far the provider's clock may be from ours. */
    private static final Duration CLOCKS = Duration.ofHours(1);
    /** Of a file that no order may name yet. Source: reference of Azure's SDK, FileState. */
    private static final Set<String> PENDING = Set.of("pending", "running");

    private final BatchHttp http;

    OpenAiBatchApi(BatchHttp http) {
        this.http = http;
    }

    @Override
    public int maxLines() {
        return MAX_LINES;
    }

    @Override
    public long maxBytes() {
        return MAX_BYTES;
    }

    @Override
    public boolean keepsKey() {
        return true;
    }

    @Override
    public byte[] line(String customId, ChatRequest request, Model model, boolean isFirst)
            throws JsonProcessingException {
        ObjectNode line = BatchHttp.JSON.createObjectNode();
        line.put("custom_id", customId).put("method", "POST").put("url", "/v1/chat/completions");
        line.set("body", http.body(request, model));
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private String path(String rest) {
        return ProviderRequest.prefix(http.provider()) + rest;
    }

    @Override
    public String upload(Path file, String key) throws BatchException {
        String boundary = "llm-router-" + key;
        String before =
                "--" + boundary + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--" + boundary
                        + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + key + ".jsonl\"\r\n"
                        + "Content-Type: application/jsonl\r\n\r\n";
        String after = "\r\n--" + boundary + "--\r\n";
        JsonNode answer = http.post(
                path("/files"),
                new BatchHttp.Upload(
                        "multipart/form-data; boundary=" + boundary,
                        before.getBytes(StandardCharsets.US_ASCII),
                        file,
                        after.getBytes(StandardCharsets.US_ASCII)));
        return http.id(answer.path("id"), "the id of a file");
    }

    @Override
    public String submit(Path file, @Nullable String uploaded, String key) throws BatchException {
        ObjectNode order = BatchHttp.JSON.createObjectNode();
        order.put("input_file_id", uploaded)
                .put("endpoint", "/v1/chat/completions")
                .put("completion_window", "24h")
                .putObject("metadata")
                .put(KEY, key);
        try {
            return http.id(
                    http.post(path("/batches"), BatchHttp.Upload.json(order)).path("id"), "the id of a batch");
        } catch (BatchException e) {
            throw e.isRefusal() && uploaded != null && isPending(uploaded) ? e.asPassing() : e;
        }
    }

    /** Azure OpenAI reads a file for a while after it was sent, and takes no order that names it until then. */
    private boolean isPending(String file) {
        try {
            return PENDING.contains(
                    http.get(path("/files/" + file)).path("status").asText());
        } catch (BatchException e) {
            LOG.debug("A file of a batch cannot be looked at", e);
            return false;
        }
    }

    @Override
    public @Nullable String find(String key, int lines, Instant since, Set<String> others) throws BatchException {
        String after = "";
        for (int page = 0; page < PAGES; page++) {
            JsonNode listing = http.get(path("/batches?limit=100" + after));
            String last = null;
            for (JsonNode batch : listing.path("data")) {
                last = http.id(batch.path("id"), "the id of a batch");
                if (batch.path("metadata").path(KEY).asText().equals(key) && !others.contains(last)) {
                    return last;
                }
                if (Instant.ofEpochSecond(batch.path("created_at").asLong()).isBefore(since.minus(CLOCKS))) {
                    return null;
                }
            }
            if (last == null || !listing.path("has_more").asBoolean()) {
                return null;
            }
            after = "&after=" + last;
        }
        return null;
    }

    @Override
    public BatchStatus status(String id) throws BatchException {
        JsonNode batch = http.get(path("/batches/" + id));
        String status = batch.path("status").asText();
        boolean ended = switch (status) {
            case "completed", "failed", "expired", "cancelled" -> true;
            default -> false;
        };
        List<String> answers = new ArrayList<>();
        if (ended) {
            for (String field : List.of("output_file_id", "error_file_id")) {
                if (!batch.path(field).asText().isEmpty() && !batch.path(field).isNull()) {
                    answers.add(path("/files/" + http.id(batch.path(field), "the id of a file") + "/content"));
                }
            }
        }
        String code = BatchHttp.word(batch.path("errors").path("data").path(0).path("code"));
        JsonNode counts = batch.path("request_counts");
        return new BatchStatus(
                ended,
                counts.path("completed").asInt() + counts.path("failed").asInt(),
                counts.path("total").asInt(),
                ended ? counts.path("completed").asInt() : 0,
                ended ? counts.path("failed").asInt() : 0,
                answers,
                status.equals("failed") ? "The batch failed: " + code + "." : null,
                code.equals("token_limit_exceeded"));
    }

    @Override
    public void cancel(String id) throws BatchException {
        http.post(path("/batches/" + id + "/cancel"), null);
    }

    /** Answers and errors are files of their own, of the same form. */
    @Override
    public void fetch(BatchStatus ended, Path to) throws BatchException, IOException {
        Files.write(to, new byte[0]);
        Path one = to.resolveSibling(to.getFileName() + ".one");
        try (OutputStream all = Files.newOutputStream(to, StandardOpenOption.APPEND)) {
            for (String path : ended.answers()) {
                http.download(path, one);
                Files.copy(one, all);
                all.write('\n');
            }
        } finally {
            Files.deleteIfExists(one);
        }
    }

    @Override
    public @Nullable BatchItem item(byte[] line) {
        try {
            JsonNode item = BatchHttp.JSON.readTree(line);
            String customId = item.path("custom_id").asText();
            if (customId.isEmpty()) {
                return null;
            }
            JsonNode response = item.path("response");
            int status = response.path("status_code").asInt();
            JsonNode body = response.path("body");
            if (status >= 200 && status < 300 && body.isObject()) {
                return new BatchItem(customId, BatchHttp.JSON.writeValueAsBytes(body), null);
            }
            JsonNode error = item.path("error").isObject() ? item.path("error") : body.path("error");
            JsonNode code = error.path("code").isTextual() ? error.path("code") : error.path("type");
            return new BatchItem(customId, null, (status == 0 ? "" : "status " + status + ", ") + BatchHttp.word(code));
        } catch (IOException e) {
            return null;
        }
    }
}
