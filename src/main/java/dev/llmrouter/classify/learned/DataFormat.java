package dev.llmrouter.classify.learned;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Guesses what a file is that is no JSON Lines, so that its owner can be told. Stateless. */
public final class DataFormat {
    /** Bytes of the file that are looked at. */
    private static final int MOST = 8_192;

    private DataFormat() {}

    /**
     * What a file looks like by its first lines, and what makes JSON Lines of it.
     *
     * @return a clause without a point; null if it looks like JSON Lines, or like nothing known
     * @throws IOException if the file cannot be read
     */
    public static @Nullable String looksLike(Path file) throws IOException {
        List<String> lines;
        try (InputStream in = DataLineReader.open(file)) {
            lines = new String(in.readNBytes(MOST), StandardCharsets.UTF_8)
                    .replace("\uFEFF", "")
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .limit(2)
                    .toList();
        }
        if (lines.isEmpty()) {
            return null;
        }
        String first = lines.get(0);
        if (first.startsWith("[")) {
            return "a JSON array; jq -c '.[]' FILE makes a line of each of its elements";
        }
        if (first.equals("{")) {
            return "JSON objects over several lines; jq -c . FILE makes a line of each";
        }
        if (!first.startsWith("{") && lines.size() > 1) {
            for (String separator : List.of("\t", ",", ";")) {
                if (lines.stream().allMatch(line -> line.contains(separator))) {
                    return "CSV; make an object of each of its rows";
                }
            }
        }
        return null;
    }
}
