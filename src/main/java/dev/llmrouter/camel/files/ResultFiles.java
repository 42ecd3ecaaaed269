package dev.llmrouter.camel.files;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the results of one input go: {@code STEM.results.jsonl}, {@code STEM.errors.jsonl}, and {@code STEM.batch.json}, which says of what
 * content they are. Another file of the same name gets files with a number, so that it neither overwrites nor continues
 * what belongs to the first.
 *
 * @param number 1 for the first content of that name
 */
record ResultFiles(BatchInput input, Path folder, int number) {
    static final ObjectMapper JSON = JsonMapper.builder()
            .enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(ResultFiles.class);
    private static final Pattern BULK = Pattern.compile("([0-9]{1,9})[.]jsonl?");
    private static final int MAX_NUMBER = 100_000;

    /** Those of an earlier run over the same content, or new ones. */
    static ResultFiles of(BatchInput input, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int number = 1; number <= MAX_NUMBER; number++) {
            ResultFiles files = new ResultFiles(input, folder, number);
            if (Files.exists(files.batch()) ? files.isOfThisContent() : !Files.exists(files.results())) {
                return files;
            }
            if (Files.exists(files.kept())) {
                LOG.warn(
                        "{} holds lines whose batches nobody waits for any more, because another file lies under its name:"
                                + " move that one away, copy {} to {}, and what was paid for is fetched.",
                        files.kept(),
                        files.kept(),
                        input.file());
            }
        }
        throw new IOException("folder " + folder + " holds results of " + MAX_NUMBER + " files named " + input.name()
                + ". Move what is done elsewhere.");
    }

    private boolean isOfThisContent() throws IOException {
        JsonNode known = JSON.readTree(Files.readAllBytes(batch()));
        return known.path("file").asText().equals(input.name())
                && known.path("sha256").asText().equals(input.sha256());
    }

    Path results() {
        return file("results.jsonl");
    }

    Path errors() {
        return file("errors.jsonl");
    }

    Path batch() {
        return file("batch.json");
    }

    /** Is locked by who works on them. */
    Path lock() {
        return file("lock");
    }

    /** A copy of the input, for as long as lines wait in batches of providers. */
    Path kept() {
        return file("input.jsonl");
    }

    /**
     * Keeps a copy of the input, unless there is one: batches take hours, and the file may be replaced or changed meanwhile.
     *
     * @return false if the input is not what it was any more
     * @throws IOException if the copy cannot be written
     */
    boolean keep() throws IOException {
        if (Files.exists(kept())) {
            return true;
        }
        Path written = folder.resolve(kept().getFileName() + ".new");
        try {
            Files.copy(input.file(), written, StandardCopyOption.REPLACE_EXISTING);
            if (!BatchInput.hash(written).equals(input.sha256())) {
                Files.delete(written);
                return false;
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        Files.move(written, kept(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /** Where the lines stand, whatever lies under the input's name by now. */
    Path source() {
        return Files.exists(kept()) ? kept() : input.file();
    }

    /** A file of a batch of a provider. @param bulk number of the batch, from 1 */
    Path bulk(int bulk, String ending) {
        return file("batch-" + bulk + "." + ending);
    }

    /** The numbers of the batches of which there is a file, in order. */
    List<Integer> bulks() throws IOException {
        String begin = base() + "batch-";
        List<Integer> numbers = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                folder, each -> String.valueOf(each.getFileName()).startsWith(begin))) {
            for (Path each : all) {
                Matcher number = BULK.matcher(String.valueOf(each.getFileName()).substring(begin.length()));
                if (number.matches()) {
                    numbers.add(Integer.valueOf(number.group(1)));
                }
            }
        }
        return numbers.stream().distinct().sorted().toList();
    }

    private Path file(String ending) {
        return folder.resolve(base() + ending);
    }

    private String base() {
        return input.stem() + (number == 1 ? "." : "." + number + ".");
    }

    /** What is known of the batch: at its start of what content it is, at its end also how it ended. */
    void describe(Map<String, Object> more) throws IOException {
        Map<String, Object> all = new java.util.LinkedHashMap<>();
        all.put("file", input.name());
        all.put("sha256", input.sha256());
        all.put("lines", input.lines());
        all.putAll(more);
        Path written = folder.resolve(batch().getFileName() + ".new");
        Files.write(written, JSON.writeValueAsBytes(all));
        Files.move(written, batch(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
