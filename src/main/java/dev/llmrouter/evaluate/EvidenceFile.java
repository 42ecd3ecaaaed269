package dev.llmrouter.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proof that a task may be served by a cheaper model, as a JSON file that reads well in a diff. The hash over all
 * other fields shows that it was not changed by hand or by accident; it is no signature and proves no author.
 *
 * @param task name of the task
 * @param model the model that was proven
 * @param baseline the model that it was compared with
 * @param dataSet hash of the data set's content, SHA-256
 * @param scorer the scorers in words; empty for the one that fits the expected answer
 * @param verdict {@code pass}; other verdicts are written too, and never valid
 * @param by who accepted it
 * @param accepted the day on which it was accepted
 * @param expires last day on which it holds
 * @param tool name and version of what wrote it
 * @param hash SHA-256 over the other fields, 64 hexadecimal digits
 */
@JsonPropertyOrder({
    "format",
    "task",
    "model",
    "baseline",
    "margin",
    "alpha",
    "verdict",
    "n",
    "candidateQuality",
    "baselineQuality",
    "difference",
    "low",
    "high",
    "method",
    "correction",
    "scorer",
    "dataSet",
    "warnings",
    "by",
    "accepted",
    "expires",
    "tool",
    "hash"
})
@JsonInclude(JsonInclude.Include.ALWAYS)
public record EvidenceFile(
        int format,
        String task,
        String model,
        String baseline,
        double margin,
        double alpha,
        String verdict,
        int n,
        double candidateQuality,
        double baselineQuality,
        double difference,
        double low,
        double high,
        String method,
        String correction,
        List<String> scorer,
        String dataSet,
        List<String> warnings,
        String by,
        String accepted,
        String expires,
        String tool,
        String hash) {

    /** Days that evidence holds where nothing else is stated. */
    public static final int VALID_DAYS = 90;

    private static final int FORMAT = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    public EvidenceFile {
        scorer = scorer == null ? List.of() : List.copyOf(scorer);
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    /** Evidence from a result. @param today the day of acceptance; it expires {@value #VALID_DAYS} days later */
    public static EvidenceFile of(Validation validation, TaskResult result, String by, LocalDate today, String tool) {
        GateResult gate = result.gate();
        EvidenceFile unsigned = new EvidenceFile(
                FORMAT,
                result.task(),
                result.candidate(),
                result.baseline(),
                gate.margin(),
                gate.alpha(),
                gate.verdict().key(),
                gate.n(),
                result.outcomes().candidateQuality(),
                result.outcomes().baselineQuality(),
                gate.difference(),
                gate.low(),
                gate.high(),
                gate.method(),
                validation.settings().correction().key(),
                validation.settings().scorers(),
                validation.sha256(),
                result.warnings(),
                by,
                today.toString(),
                today.plusDays(VALID_DAYS).toString(),
                tool,
                "");
        return unsigned.withHash(unsigned.computeHash());
    }

    /** The file of a task in a directory: the task's name with anything but letters, digits, dot, dash, underscore escaped. */
    public static Path path(Path directory, String task) {
        StringBuilder name = new StringBuilder();
        for (byte b : task.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    c < 128 && (Character.isLetterOrDigit(c) || "-_".indexOf(c) >= 0 || (c == '.' && !name.isEmpty()));
            name.append(plain ? String.valueOf(c) : "%" + HexFormat.of().toHexDigits(b));
        }
        return directory.resolve(name + ".json");
    }

    /** Writes it in one step: a reader sees the old file or the new one, never a part. */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = path(directory, task);
        Path part = Files.createTempFile(directory, ".evidence", ".part");
        try {
            Files.writeString(part, JSON.writeValueAsString(this) + "\n");
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        return file;
    }

    /** @throws IOException if the file is absent, is not JSON, or is not evidence */
    public static EvidenceFile read(Path file) throws IOException {
        EvidenceFile evidence;
        try {
            evidence = JSON.readValue(Files.readString(file), EvidenceFile.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": is not an evidence file; write it anew with validate --accept", e);
        }
        if (evidence == null || evidence.format != FORMAT) {
            throw new IOException(
                    file + ": is not evidence of format " + FORMAT + "; write it anew with validate --accept");
        }
        return evidence;
    }

    /**
     * Everything that keeps it from being valid; empty if it is valid.
     *
     * @param wantedTask the task that it is to prove
     * @param wantedModels all models that serve the task; each has to be the proven one
     * @param wantedMargin margin of the policy; null if the policy states none
     */
    public List<String> problems(
            String wantedTask, List<String> wantedModels, @Nullable Double wantedMargin, LocalDate today) {
        List<String> problems = new ArrayList<>();
        if (!computeHash().equals(hash)) {
            problems.add("was changed after it was accepted (its hash does not fit)");
        }
        if (!wantedTask.equals(task)) {
            problems.add("is for task '" + task + "'");
        }
        for (String wanted : wantedModels) {
            if (!wanted.equals(model)) {
                problems.add("proves model '" + model + "', but '" + wanted + "' may serve the task");
            }
        }
        if (wantedMargin != null && margin > wantedMargin) {
            problems.add("was accepted at margin " + margin + "; the policy allows " + wantedMargin);
        }
        if (!Verdict.PASS.key().equals(verdict)) {
            problems.add("has the verdict '" + verdict + "'");
        }
        LocalDate last = date(expires);
        if (last == null) {
            problems.add("has no readable expiry date");
        } else if (today.isAfter(last)) {
            problems.add("expired on " + expires);
        }
        return problems;
    }

    private static @Nullable LocalDate date(@Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (java.time.format.DateTimeParseException e) {
            return null;
        }
    }

    private EvidenceFile withHash(String newHash) {
        return new EvidenceFile(
                format,
                task,
                model,
                baseline,
                margin,
                alpha,
                verdict,
                n,
                candidateQuality,
                baselineQuality,
                difference,
                low,
                high,
                method,
                correction,
                scorer,
                dataSet,
                warnings,
                by,
                accepted,
                expires,
                tool,
                newHash);
    }

    private String computeHash() {
        try {
            byte[] bytes = JSON.writeValueAsBytes(withHash(""));
            return HexFormat.of().formatHex(DataSetReader.sha256().digest(bytes));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("evidence for task '" + task + "' could not be written as JSON", e);
        }
    }
}
