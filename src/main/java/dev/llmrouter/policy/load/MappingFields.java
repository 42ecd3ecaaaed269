package dev.llmrouter.policy.load;

import dev.llmrouter.policy.load.YamlNode.Position;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one mapping. Each is asked for by name and type; {@link #done()} reports every key that nobody asked
 * for. A field that is absent gives null, and so does one of the wrong type, which is reported.
 */
final class MappingFields {
    private static final String TEXT_FIX = "Write a single value, in quotes if it has special characters.";

    /** From here on messages count in days. */
    private static final Duration WEEK = Duration.ofDays(7);

    private final Map<String, YamlNode.Entry> entries;
    private final Position at;
    private final String path;
    private final Reading reading;
    private final Set<String> known = new TreeSet<>();

    private MappingFields(Map<String, YamlNode.Entry> entries, Position at, String path, Reading reading) {
        this.entries = entries;
        this.at = at;
        this.path = path;
        this.reading = reading;
    }

    /** The fields of a node; without any if it is no mapping, which is reported. */
    static MappingFields of(YamlNode node, Position at, String path, Reading reading) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new MappingFields(mapping.entries(), at, path, reading);
        }
        if (!(node instanceof YamlNode.Refused)) {
            reading.problems()
                    .unusable(
                            node.at(),
                            path,
                            "is " + node.kind() + "; a mapping is needed",
                            "Write 'key: value' lines under it.");
        }
        return new MappingFields(Map.of(), at, path, reading);
    }

    Position at() {
        return at;
    }

    Position at(String key) {
        YamlNode.Entry entry = entries.get(key);
        return entry == null ? at : entry.value().at();
    }

    String path(String key) {
        return (path.isEmpty() ? "" : path + ".") + Quoted.bare(key);
    }

    String path() {
        return path;
    }

    boolean has(String key) {
        known.add(key);
        YamlNode.Entry entry = entries.get(key);
        return entry != null && !(entry.value() instanceof YamlNode.Scalar scalar && scalar.isNull());
    }

    @Nullable
    YamlNode node(String key) {
        YamlNode.Entry entry = entries.get(key);
        return has(key) && entry != null ? entry.value() : null;
    }

    /** Reports the keys that were not asked for. */
    void done() {
        for (Map.Entry<String, YamlNode.Entry> entry : entries.entrySet()) {
            if (!known.contains(entry.getKey())) {
                reading.problems()
                        .unusable(
                                entry.getValue().at(),
                                path(entry.getKey()),
                                "is not a known key",
                                reading.problems().isFull() ? "" : Suggestion.advice(entry.getKey(), known));
            }
        }
    }

    void required(String key, String fix) {
        if (!has(key)) {
            reading.problems().unusable(at, path(key), "is missing", fix);
        }
    }

    /** Text with its placeholders resolved. */
    @Nullable
    String text(String key) {
        YamlNode node = node(key);
        return node == null ? null : reading.text(node, path(key));
    }

    String text(String key, String otherwise) {
        String text = text(key);
        return text == null ? otherwise : text;
    }

    /** A name that has to be among the known ones; null if it is not, which is reported. */
    @Nullable
    String name(String key, String kind, Set<String> names) {
        YamlNode node = node(key);
        return node == null ? null : reading.name(node, path(key), kind, names);
    }

    @Nullable
    BigDecimal decimal(String key, Bounds bounds) {
        return converted(key, (text, node) -> reading.number(text, node, path(key), bounds));
    }

    double decimal(String key, Bounds bounds, double otherwise) {
        BigDecimal number = decimal(key, bounds);
        return number == null ? otherwise : number.doubleValue();
    }

    @Nullable
    Integer integer(String key, Bounds bounds) {
        return converted(key, (text, node) -> {
            BigDecimal number = reading.number(text, node, path(key), bounds);
            if (number == null) {
                return null;
            }
            if (number.stripTrailingZeros().scale() > 0) {
                wrong(node, key, "a whole number, " + bounds.describe(), "Write it without decimals.");
                return null;
            }
            return number.intValueExact();
        });
    }

    int integer(String key, Bounds bounds, int otherwise) {
        Integer number = integer(key, bounds);
        return number == null ? otherwise : number;
    }

    @Nullable
    Boolean bool(String key) {
        return converted(key, (text, node) -> {
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.equals("true") || lower.equals("false")) {
                return lower.equals("true");
            }
            wrong(node, key, "true or false", "Write one of them (yes, no, on and off are text in YAML 1.2).");
            return null;
        });
    }

    /** A duration from {@code least} to {@code most}, both included. */
    Duration duration(String key, Duration least, Duration most, Duration otherwise) {
        Duration found = converted(key, (text, node) -> {
            Duration duration = Quantity.duration(text);
            if (duration == null || duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
                wrong(
                        node,
                        key,
                        "a duration from " + words(least) + " to " + words(most),
                        "Write a number with its unit: 500ms, 20s, 2m, 1h or 7d.");
                return null;
            }
            return duration;
        });
        return found == null ? otherwise : found;
    }

    int bytes(String key, Bounds bounds, int otherwise) {
        Integer found = converted(key, (text, node) -> {
            BigDecimal bytes = Quantity.bytes(text);
            if (bytes == null || !bounds.allow(bytes)) {
                wrong(
                        node,
                        key,
                        "a size of " + bounds.describe() + " bytes",
                        "Write it as 500KB, 10MB or a number of bytes.");
                return null;
            }
            return bytes.intValue();
        });
        return found == null ? otherwise : found;
    }

    @Nullable
    LocalDate date(String key) {
        return converted(key, (text, node) -> {
            try {
                LocalDate date = LocalDate.parse(text);
                if (date.getYear() >= 2000 && date.getYear() <= 2999) {
                    return date;
                }
            } catch (DateTimeParseException e) {
                // reported below, as for a year that cannot be meant
            }
            wrong(node, key, "a day as year-month-day", "Write it as 2026-07-02.");
            return null;
        });
    }

    @Nullable
    URI uri(String key) {
        return converted(key, (text, node) -> BaseUrl.read(text, reading, node, path(key)));
    }

    /** One of an enum's names, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        E found = converted(key, (text, node) -> reading.choice(text, node, path(key), type));
        return found == null ? otherwise : found;
    }

    /** A list of texts; a single text counts as a list of one. */
    List<String> texts(String key) {
        return list(key, reading::text);
    }

    /** A list of names that have to be among the known ones. */
    List<String> names(String key, String kind, Set<String> names) {
        return list(key, (node, itemPath) -> reading.name(node, itemPath, kind, names));
    }

    /** A list of mappings; a single mapping counts as a list of one. */
    <T> List<T> mappings(String key, BiFunction<YamlNode, String, @Nullable T> reader) {
        if (node(key) instanceof YamlNode.Mapping single) {
            T item = reader.apply(single, path(key));
            return item == null ? List.of() : List.of(item);
        }
        return list(key, reader);
    }

    <T> List<T> list(String key, BiFunction<YamlNode, String, @Nullable T> reader) {
        YamlNode node = node(key);
        if (node == null || node instanceof YamlNode.Refused) {
            return List.of();
        }
        List<T> out = new ArrayList<>();
        if (node instanceof YamlNode.Sequence sequence) {
            for (int i = 0; i < sequence.items().size(); i++) {
                T item = reader.apply(sequence.items().get(i), path(key) + "[" + i + "]");
                if (item != null) {
                    out.add(item);
                }
            }
        } else if (node instanceof YamlNode.Scalar) {
            T item = reader.apply(node, path(key));
            if (item != null) {
                out.add(item);
            }
        } else {
            reading.problems()
                    .unusable(node.at(), path(key), "is a mapping; a list is needed", "Write '- ' before each item.");
        }
        return out;
    }

    /** The entries of a mapping with names that the file chooses, each read by {@code reader}. */
    <T> Map<String, T> map(String key, Function<Item, @Nullable T> reader) {
        Map<String, T> out = new LinkedHashMap<>();
        YamlNode node = node(key);
        if (node instanceof YamlNode.Mapping mapping) {
            mapping.entries().forEach((name, entry) -> {
                T value = reader.apply(new Item(name, entry.value(), entry.at(), path(key) + "." + Quoted.bare(name)));
                if (value != null) {
                    out.put(name, value);
                }
            });
        } else if (node != null) {
            of(node, at, path(key), reading).done();
        }
        return out;
    }

    Map<String, String> textMap(String key) {
        return map(key, item -> reading.text(item.node(), item.path()));
    }

    /** One entry of a mapping. */
    record Item(String name, YamlNode node, Position at, String path) {}

    /** The fields of a mapping inside this one; null if it is absent. */
    @Nullable
    MappingFields inner(String key) {
        YamlNode.Entry entry = entries.get(key);
        return has(key) && entry != null ? of(entry.value(), entry.at(), path(key), reading) : null;
    }

    private <T> @Nullable T converted(String key, BiFunction<String, YamlNode.Scalar, @Nullable T> conversion) {
        YamlNode node = node(key);
        if (node == null) {
            return null;
        }
        String text = reading.text(node, path(key));
        return text == null || !(node instanceof YamlNode.Scalar scalar) ? null : conversion.apply(text, scalar);
    }

    private void wrong(YamlNode.Scalar node, String key, String allowed, String fix) {
        reading.wrong(node, path(key), allowed, fix);
    }

    private static String words(Duration duration) {
        long millis = duration.toMillis();
        if (duration.compareTo(WEEK) >= 0 && duration.equals(Duration.ofDays(duration.toDays()))) {
            return duration.toDays() + "d";
        }
        if (millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
    }

    static String textFix() {
        return TEXT_FIX;
    }
}
