package dev.llmrouter.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Anthropic's Message Batches. The requests are the body of the order itself. A batch has no place for a key of ours: one whose
 * id is not known is found by its time and length, and recognised by the names of its answers. Source: Anthropic API reference,
 * Message Batches.
 */
final class AnthropicBatchApi implements BatchApi {
    private static final Logger LOG = LoggerFactory.getLogger(AnthropicBatchApi.class);
    private static final int MAX_LINES = 100_000;
    /** Of the whole body: a little is left for what is around the lines. */
    private static final long MAX_BYTES = 256_000_000 - 1_000;

    private static final int PAGES = 100;
    /** How far the provider's clock may be from ours. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private final BatchHttp http;

    AnthropicBatchApi(BatchHttp http) {
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
        return false;
    }

    /** Lines are parts of a JSON array: each but the first begins with its comma. */
    @Override
    public byte[] line(String customId, ChatRequest request, Model model, boolean isFirst)
            throws JsonProcessingException {
        ObjectNode line = BatchHttp.JSON.createObjectNode();
        line.put("custom_id", customId);
        line.set("params", http.body(request, model));
        return ((isFirst ? "" : ",") + line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private String path(String rest) {
        String prefix = ProviderRequest.prefix(http.provider());
        return prefix + (prefix.endsWith("/v1") ? "" : "/v1") + "/messages/batches" + rest;
    }

    @Override
    public @Nullable String upload(Path file, String key) {
        return null;
    }

    @Override
    public String submit(Path file, @Nullable String uploaded, String key) throws BatchException {
        JsonNode batch = http.post(
                path(""),
                new BatchHttp.Upload(
                        "application/json",
                        "{\"requests\":[".getBytes(StandardCharsets.US_ASCII),
                        file,
                        "]}".getBytes(StandardCharsets.US_ASCII)));
        return http.id(batch.path("id"), "the id of a batch");
    }

    @Override
    public @Nullable String find(String key, int lines, Instant since, Set<String> others) throws BatchException {
        String after = "";
        for (int page = 0; page < PAGES; page++) {
            JsonNode listing = http.get(path("?limit=100" + after));
            String last = null;
            for (JsonNode batch : listing.path("data")) {
                last = http.id(batch.path("id"), "the id of a batch");
                if (created(batch).isBefore(since.minus(CLOCKS))) {
                    return null;
                }
                if (total(batch) == lines && !others.contains(last)) {
                    return last;
                }
            }
            if (last == null || !listing.path("has_more").asBoolean()) {
                return null;
            }
            after = "&after_id=" + last;
        }
        return null;
    }

    private Instant created(JsonNode batch) throws BatchException {
        try {
            return OffsetDateTime.parse(batch.path("created_at").asText()).toInstant();
        } catch (DateTimeParseException e) {
            throw http.failure(ChatError.Kind.SERVER, "sent a batch without the time of its order", e);
        }
    }

    private static int done(JsonNode batch) {
        JsonNode counts = batch.path("request_counts");
        return counts.path("succeeded").asInt()
                + counts.path("errored").asInt()
                + counts.path("canceled").asInt()
                + counts.path("expired").asInt();
    }

    private static int total(JsonNode batch) {
        return done(batch) + batch.path("request_counts").path("processing").asInt();
    }

    @Override
    public BatchStatus status(String id) throws BatchException {
        JsonNode batch = http.get(path("/" + id));
        boolean ended = batch.path("processing_status").asText().equals("ended");
        return new BatchStatus(
                ended,
                done(batch),
                total(batch),
                ended ? batch.path("request_counts").path("succeeded").asInt() : 0,
                ended
                        ? done(batch)
                                - batch.path("request_counts").path("succeeded").asInt()
                        : 0,
                ended ? List.of(results(id, batch.path("results_url"))) : List.of(),
                null,
                false);
    }

    /** What the provider names, if it is the provider's own; what its documentation says, if it is anybody else's. */
    private String results(String id, JsonNode named) {
        String own = path("/" + id + "/results");
        if (!named.isTextual()) {
            return own;
        }
        try {
            URI url = URI.create(named.asText());
            if (isOwn(url) && url.getRawPath() != null && url.getRawQuery() == null) {
                return url.getRawPath();
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("A results_url is no address", e);
        }
        LOG.warn(
                "Provider '{}' names another host for the results of batch {}, which is not asked: {} is.",
                http.provider().name(),
                id,
                own);
        return own;
    }

    private boolean isOwn(URI url) {
        Provider provider = http.provider();
        URI base = Objects.requireNonNull(provider.baseUrl(), "baseUrl");
        return url.getHost() != null
                && url.getScheme() != null
                && url.getUserInfo() == null
                && url.getHost().equalsIgnoreCase(base.getHost())
                && url.getScheme()
                        .toLowerCase(Locale.ROOT)
                        .equals(base.getScheme().toLowerCase(Locale.ROOT))
                && port(url) == port(base);
    }

    private static int port(URI url) {
        return url.getPort() > 0 ? url.getPort() : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    @Override
    public void cancel(String id) throws BatchException {
        http.post(path("/" + id + "/cancel"), null);
    }

    @Override
    public void fetch(BatchStatus ended, Path to) throws BatchException {
        http.download(ended.answers().get(0), to);
    }

    @Override
    public @Nullable BatchItem item(byte[] line) {
        try {
            JsonNode item = BatchHttp.JSON.readTree(line);
            String customId = item.path("custom_id").asText();
            JsonNode result = item.path("result");
            if (customId.isEmpty()) {
                return null;
            }
            if (result.path("message").isObject()) {
                return new BatchItem(customId, BatchHttp.JSON.writeValueAsBytes(result.path("message")), null);
            }
            JsonNode error = result.path("error").path("error").path("type");
            return new BatchItem(customId, null, BatchHttp.word(error.isTextual() ? error : result.path("type")));
        } catch (IOException e) {
            return null;
        }
    }
}
