package dev.llmrouter.evaluate;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.llmrouter.classify.learned.PartFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is proven about the models that may serve a task, as a JSON file that reads well in a diff: one field a line, one
 * proof for each model. The hash over everything else shows that the file was not changed by hand or by accident; it is
 * no signature and proves no author. Immutable.
 *
 * @param format version of the format, {@value #FORMAT}
 * @param task name of the task
 * @param models one proof for each model that was compared, of any verdict
 * @param hash SHA-256 over the rest, 64 hexadecimal digits
 */
@JsonPropertyOrder({"format", "task", "models", "hash"})
public record EvidenceFile(int format, String task, List<Proof> models, String hash) {
    /** Days that a proof holds where nothing else is stated. */
    public static final int VALID_DAYS = 90;

    /** Version of the format that is written. */
    public static final int FORMAT = 2;

    /** Bytes of a file that may be evidence: a proof with many looks has some ten thousand. */
    private static final long MOST_BYTES = 16L << 20;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .build();

    public EvidenceFile {
        models = models == null ? List.of() : List.copyOf(models);
    }

    /** A file with its hash. */
    public static EvidenceFile of(String task, List<Proof> models) {
        return new EvidenceFile(FORMAT, task, models, new EvidenceFile(FORMAT, task, models, "").computeHash());
    }

    /** Short name of exactly this evidence: the first 12 digits of the hash. */
    public String id() {
        return hash.substring(0, Math.min(12, hash.length()));
    }

    /** Whether nothing was changed since it was written. Computes a hash: ask once after reading. */
    public boolean isIntact() {
        return computeHash().equals(hash);
    }

    /** The proof of a model; empty if it was never compared. */
    public Optional<Proof> proof(String model) {
        return models.stream().filter(proof -> model.equals(proof.model())).findFirst();
    }

    /** Falls of quality that revoked a proof which has been renewed since. */
    List<AnsweredDrift> answeredDrifts() {
        List<AnsweredDrift> all = new ArrayList<>();
        for (Proof proof : models) {
            List<Look> looks = proof.looks();
            for (int i = 0; i < looks.size(); i++) {
                String since = looks.get(i).driftSince();
                looks.stream()
                        .skip(i + 1L)
                        .filter(look -> since != null
                                && look.date().compareTo(since) > 0
                                && !since.equals(look.driftSince())
                                && Verdict.PASS.key().equals(look.verdict()))
                        .findFirst()
                        .ifPresent(look -> all.add(new AnsweredDrift(
                                task, LocalDate.parse(String.valueOf(since)), LocalDate.parse(look.date()))));
            }
        }
        return all;
    }

    /** The same with the proof of one model added or replaced. */
    public EvidenceFile with(Proof proof) {
        List<Proof> all = new ArrayList<>();
        boolean isReplaced = false;
        for (Proof old : models) {
            boolean isSame = old.model().equals(proof.model());
            isReplaced |= isSame;
            all.add(isSame ? proof : old);
        }
        if (!isReplaced) {
            all.add(proof);
        }
        return of(task, all);
    }

    /** Longest name of a file, in bytes, that common file systems take. */
    private static final int LONGEST_NAME = 255;

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

    /** @throws IllegalArgumentException if the task's name is too long for a file's */
    static void requireName(String task) {
        int length = path(Path.of(""), task).toString().length();
        if (length > LONGEST_NAME) {
            throw new IllegalArgumentException("task '" + task.substring(0, Math.min(40, task.length()))
                    + "...': its evidence file would have a name of " + length + " bytes; allowed up to "
                    + LONGEST_NAME + ". No evidence was written. Give the task a shorter name.");
        }
    }

    /** Writes it in one step: a reader sees the old file or the new one, never a part. */
    public Path write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = path(directory, task);
        byte[] text = (JSON.writeValueAsString(this) + "\n").getBytes(StandardCharsets.UTF_8);
        PartFile.write(file, out -> out.write(text));
        return file;
    }

    /** @throws IOException if the file is absent, is too large, is not JSON, or is not evidence of this format */
    public static EvidenceFile read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MOST_BYTES) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "%s: has %,d bytes, and evidence at most %,d; write it anew with validate --accept",
                    file,
                    size,
                    MOST_BYTES));
        }
        EvidenceFile evidence;
        try {
            evidence = JSON.readValue(Files.readString(file), EvidenceFile.class);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": is not an evidence file; write it anew with validate --accept", e);
        }
        if (evidence == null || evidence.format != FORMAT || evidence.task == null || evidence.hash == null) {
            throw new IOException(
                    file + ": is not evidence of format " + FORMAT + "; write it anew with validate --accept");
        }
        return evidence;
    }

    /** The evidence of a task in a directory; null if there is none, or none that can be read. */
    public static @Nullable EvidenceFile find(Path directory, String task) {
        try {
            Path file = path(directory, task);
            return Files.exists(file) ? read(file) : null;
        } catch (IOException e) {
            return null;
        }
    }

    private String computeHash() {
        try {
            return Sha256.of(JSON.writeValueAsString(new EvidenceFile(format, task, models, "")));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("evidence for task '" + task + "' could not be written as JSON", e);
        }
    }
}
