package dev.llmrouter.evaluate;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/** Takes a list apart that a model wrote as text. Stateless. */
final class ListText {
    private static final Pattern BULLET = Pattern.compile("^\\s*[-*+\u2022\u2013]\\s+");
    private static final Pattern NUMBERED = Pattern.compile("^\\s*\\d{1,3}[.)]\\s+");

    private ListText() {}

    /**
     * Its items, as they are written. A line with a bullet is one item where there are several, without its bullet; of lines that
     * are numbered, so from two on. Other lines are taken apart.
     *
     * @param separator parts the items of one line
     */
    static List<String> items(String text, String separator) {
        List<String> lines = List.of(text.split("\n", -1));
        long bullets =
                lines.stream().filter(line -> BULLET.matcher(line).find()).count();
        long numbers =
                lines.stream().filter(line -> NUMBERED.matcher(line).find()).count();
        List<String> items = new ArrayList<>();
        for (String line : lines) {
            String bare = bullets > 0 ? BULLET.matcher(line).replaceFirst("") : line;
            bare = numbers > 1 ? NUMBERED.matcher(bare).replaceFirst("") : bare;
            boolean isItem = bare.length() < line.length() && bullets + numbers > 1;
            items.addAll(isItem ? List.of(bare) : List.of(bare.split(java.util.regex.Pattern.quote(separator), -1)));
        }
        return items;
    }
}
