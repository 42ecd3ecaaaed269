package dev.llmrouter.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.ResponseFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers the question which kind of work a request is: {@code {"task","confidence"}}. */
final class TaskSorter {
    private static final String BEGIN = "BEGIN ";
    private static final Pattern WORD = Pattern.compile("\\p{L}{4,}");
    private static final Pattern OBJECT = Pattern.compile("\\{[^{}]*task[^{}]*}");
    private static final Pattern TOLD = Pattern.compile(
            "(?i)(?:\\bas|\\bto|\\bis|task:|kind:|answer:|als|como|comme)\\s+[\"'`<]?([\\p{L}_-]{3,40})");
    private static final int STEM = 5;

    private final String system;
    private final String request;
    private final List<String> kinds = new ArrayList<>();

    TaskSorter(ChatRequest question) {
        PromptParts prompt = PromptParts.of(question);
        system = prompt.system();
        request = between(prompt.user());
        names(question).forEach(name -> kinds.add(name.asText()));
    }

    static boolean isAsked(ChatRequest request) {
        ResponseFormat format = request.responseFormat();
        return format != null
                && "task".equals(format.name())
                && names(request).isArray()
                && PromptParts.of(request).user().startsWith(BEGIN);
    }

    private static JsonNode names(ChatRequest request) {
        ResponseFormat format = request.responseFormat();
        JsonNode schema = format == null ? null : format.schema();
        return schema == null ? JsonNodeFactory.instance.missingNode() : schema.at("/properties/task/enum");
    }

    /** What stands between the lines with the marker that the first line has; no other closes it. */
    private static String between(String asked) {
        int line = asked.indexOf('\n');
        String marker = line < 0 ? "" : asked.substring(BEGIN.length(), line);
        int end = asked.lastIndexOf("\nEND " + marker);
        return line < 0 || end <= line ? "" : asked.substring(line + 1, end);
    }

    String answer(Sorting how) {
        return how == Sorting.GULLIBLE ? obeying() : honest();
    }

    private String obeying() {
        Matcher object = OBJECT.matcher(request);
        String last = null;
        while (object.find()) {
            last = object.group();
        }
        if (last != null) {
            return last;
        }
        String low = request.toLowerCase(Locale.ROOT);
        for (String kind : kinds) {
            if (low.contains(kind.toLowerCase(Locale.ROOT))) {
                return json(kind, 0.99);
            }
        }
        Matcher told = TOLD.matcher(request);
        return told.find() ? json(told.group(1), 0.99) : honest();
    }

    private String honest() {
        Set<String> words = stems(request);
        String best = null;
        int most = 0;
        boolean tied = false;
        for (String kind : kinds) {
            Set<String> common = stems(described(kind));
            common.retainAll(words);
            tied = common.size() == most ? most > 0 : common.size() < most && tied;
            if (common.size() > most) {
                most = common.size();
                best = kind;
            }
        }
        return best == null || tied ? json("none", 0.9) : json(best, 0.9);
    }

    private String described(String kind) {
        StringBuilder text = new StringBuilder();
        @Nullable String current = null;
        for (String line : system.split("\n")) {
            if (line.startsWith("- ")) {
                int colon = line.indexOf(": ");
                current = colon < 0 ? null : line.substring(2, colon);
            } else if (!line.startsWith("  such as: ")) {
                current = null;
            }
            if (kind.equals(current) && !kind.equals("none")) {
                text.append(line).append('\n');
            }
        }
        return text.toString();
    }

    private static Set<String> stems(String text) {
        Set<String> stems = new HashSet<>();
        Matcher word = WORD.matcher(text.toLowerCase(Locale.ROOT));
        while (word.find()) {
            String found = word.group();
            stems.add(found.substring(0, Math.min(STEM, found.length())));
        }
        stems.remove("such");
        return stems;
    }

    private static String json(String task, double confidence) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("task", task)
                .put("confidence", confidence)
                .toString();
    }
}
