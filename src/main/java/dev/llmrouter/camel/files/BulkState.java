package dev.llmrouter.camel.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Price;
import dev.llmrouter.policy.Tier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a batch at a provider, as it stands on the disk beside the results. It is written before the batch is ordered,
 * and at every step after; no key of a provider is in it. Its owner guards it.
 */
final class BulkState {
    private final Path file;
    private final ObjectNode json;

    private BulkState(Path file, ObjectNode json) {
        this.file = file;
        this.json = json;
    }

    /** A new batch, not written yet. @param key names it at the provider and begins the name of each of its lines */
    static BulkState of(Path file, String tier, Model model, Tier.Batch batch, String key) {
        ObjectNode json = ResultFiles.JSON.createObjectNode();
        json.put("tier", tier)
                .put("model", model.name())
                .put("version", model.version())
                .put("key", key);
        Price price = model.inBatch().price();
        if (price != null) {
            BatchPrice.write(price, json.putObject("price"));
        }
        json.put("within_seconds", batch.within().toSeconds());
        json.put("call_unanswered", batch.unanswered() == Tier.Unanswered.CALL);
        return new BulkState(file, json);
    }

    /** @throws IOException if the file cannot be read */
    static BulkState read(Path file) throws IOException {
        JsonNode json = ResultFiles.JSON.readTree(Files.readAllBytes(file));
        if (json instanceof ObjectNode object && object.has("key")) {
            return new BulkState(file, object);
        }
        throw new IOException(file + " does not say which batch it is about. Restore it, or move it and what is"
                + " beside it away to ask its lines anew, at their price.");
    }

    /** When this returns, neither a kill nor a power cut loses it. */
    void save() throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(ResultFiles.JSON.writeValueAsBytes(json));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private @Nullable String text(String field) {
        return json.path(field).isTextual() ? json.path(field).textValue() : null;
    }

    String tier() {
        return json.path("tier").asText();
    }

    String model() {
        return json.path("model").asText();
    }

    /** Who was asked, by the name in the policy; null in the file of an earlier version. */
    @Nullable
    String provider() {
        String version = version();
        return version == null ? null : version.substring(0, version.indexOf('/'));
    }

    /** What its model was when it was made, as {@link Model#version}; null in the file of an earlier version. */
    @Nullable
    String version() {
        return text("version");
    }

    /** Its price when it was made, whatever the policy says later; null if there was none, or in the file of an earlier version. */
    @Nullable
    Price price() {
        return BatchPrice.read(json.path("price"));
    }

    String key() {
        return json.path("key").asText();
    }

    Duration within() {
        return Duration.ofSeconds(json.path("within_seconds").asLong());
    }

    /** Whether lines that it does not answer are called one by one. */
    boolean callsUnanswered() {
        return json.path("call_unanswered").asBoolean();
    }

    /** Its last line has been put in. */
    void sealed(int lines, Instant now) throws IOException {
        json.put("lines", lines).put("created", now.toString());
        save();
    }

    int lines() {
        return json.path("lines").asInt();
    }

    Instant created() {
        return Instant.parse(json.path("created").asText());
    }

    @Nullable
    String uploaded() {
        return text("uploaded");
    }

    void uploaded(@Nullable String uploaded) throws IOException {
        json.put("uploaded", uploaded);
        save();
    }

    /** The provider's id of it; null before it is known. */
    @Nullable
    String id() {
        return text("id");
    }

    /** @param sure false if it looks like ours and may be another's */
    void ordered(String id, boolean sure) throws IOException {
        json.put("id", id).put("sure", sure);
        save();
    }

    boolean isSure() {
        return json.path("sure").asBoolean();
    }

    /** The batch of that id is another's, or has come to nothing: it is not ours any more. */
    void forgetId() throws IOException {
        json.withArray("others").add(id());
        json.remove("id");
        save();
    }

    Set<String> others() {
        Set<String> others = new LinkedHashSet<>();
        json.path("others").forEach(each -> others.add(each.asText()));
        return others;
    }

    @Nullable
    Instant cancelled() {
        String time = text("cancelled");
        return time == null ? null : Instant.parse(time);
    }

    void cancelled(Instant now) throws IOException {
        json.put("cancelled", now.toString());
        save();
    }

    /**
     * No more answers come; those that came are beside.
     *
     * @param fault why there are none; null if there may be
     * @param missing answers that the provider counts, and did not send
     */
    void ended(@Nullable String fault, int missing) throws IOException {
        json.put("ended", true).put("fault", fault).put("missing", missing);
        save();
    }

    /** Answers that are paid for and that nobody has. */
    int missing() {
        return json.path("missing").asInt();
    }

    boolean isEnded() {
        return json.path("ended").asBoolean();
    }

    @Nullable
    String fault() {
        return text("fault");
    }

    /** Each of its lines has its result or error. */
    void over() throws IOException {
        json.put("over", true);
        save();
    }

    boolean isOver() {
        return json.path("over").asBoolean();
    }
}
