package dev.llmrouter.policy.load;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** YAML as maps, lists, text, numbers, booleans and nulls, typed as YAML 1.2's core schema has it. */
final class PlainData {
    private PlainData() {}

    static Map<String, Object> of(YamlNode.Mapping mapping, Reading reading, String path) {
        Map<String, Object> out = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> {
            Object value = value(entry.value(), reading, path + "." + Quoted.bare(key));
            if (value != null) {
                out.put(key, value);
            }
        });
        return Collections.unmodifiableMap(out);
    }

    private static @Nullable Object value(YamlNode node, Reading reading, String path) {
        if (node instanceof YamlNode.Mapping mapping) {
            return of(mapping, reading, path);
        }
        if (node instanceof YamlNode.Sequence sequence) {
            List<Object> out = new ArrayList<>();
            for (int i = 0; i < sequence.items().size(); i++) {
                Object value = value(sequence.items().get(i), reading, path + "[" + i + "]");
                if (value != null) {
                    out.add(value);
                }
            }
            return Collections.unmodifiableList(out);
        }
        if (!(node instanceof YamlNode.Scalar scalar)) {
            return null;
        }
        if (scalar.isNull()) {
            reading.problems()
                    .unusable(
                            scalar.at(),
                            path,
                            "is empty, which is not supported here",
                            "Put quotes around the type name \"null\"; otherwise write a value.");
            return null;
        }
        String text = reading.text(scalar, path);
        return text == null || !scalar.plain() ? text : typed(text);
    }

    private static Object typed(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        BigDecimal number = Quantity.number(text);
        if (number == null) {
            return text;
        }
        boolean isWhole = text.chars().allMatch(c -> Character.isDigit(c) || c == '-' || c == '+');
        return isWhole && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0
                ? (Object) number.longValue()
                : number;
    }
}
