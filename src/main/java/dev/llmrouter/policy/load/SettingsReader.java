package dev.llmrouter.policy.load;

import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code keys} and {@code limits}. */
final class SettingsReader {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Reading reading;
    private final Problems problems;
    private final Names names;

    SettingsReader(Reading reading, Names names) {
        this.reading = reading;
        this.problems = reading.problems();
        this.names = names;
    }

    List<AccessKey> keys(MappingFields root) {
        Map<String, Integer> lineByName = new HashMap<>();
        Map<String, Integer> lineByHash = new HashMap<>();
        return root.list("keys", (node, path) -> key(node, path, lineByName, lineByHash));
    }

    private @Nullable AccessKey key(
            YamlNode node, String path, Map<String, Integer> lineByName, Map<String, Integer> lineByHash) {
        MappingFields fields = MappingFields.of(node, node.at(), path, reading);
        if (!(node instanceof YamlNode.Mapping)) {
            return null;
        }
        fields.required("name", "Say who calls with this key.");
        fields.required("sha256", "Give the SHA-256 of the key, not the key.");
        String name = fields.text("name");
        String sha256 = sha256(fields);
        unique(fields, "name", name, lineByName);
        unique(fields, "sha256", sha256, lineByHash);
        Set<String> tasks = Set.copyOf(fields.names("tasks", "task", names.tasks()));
        Set<String> tiers = Set.copyOf(fields.names("tiers", "tier", names.tiers()));
        Set<String> models = Set.copyOf(fields.names("models", "model", names.models()));
        boolean state = Boolean.TRUE.equals(fields.bool("state"));
        for (String list : List.of("tasks", "tiers", "models")) {
            if (fields.node(list) instanceof YamlNode.Sequence sequence
                    && sequence.items().isEmpty()) {
                problems.unusable(
                        fields.at(list),
                        fields.path(list),
                        "is an empty list, which reads like 'none' but would allow all",
                        "Name what the key may use, or remove the line to allow all.");
            }
        }
        fields.done();
        return name == null || sha256 == null ? null : new AccessKey(name, sha256, tasks, tiers, models, state);
    }

    private @Nullable String sha256(MappingFields fields) {
        String text = fields.text("sha256");
        if (text == null) {
            return null;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (!SHA256.matcher(lower).matches()) {
            problems.unusable(
                    fields.at("sha256"),
                    fields.path("sha256"),
                    "has " + text.length() + " characters that are no SHA-256; allowed: 64 hexadecimal digits",
                    "Write the hash of the key: printf %s KEY | sha256sum.");
            return null;
        }
        return lower;
    }

    private void unique(MappingFields fields, String key, @Nullable String value, Map<String, Integer> lines) {
        if (value == null) {
            return;
        }
        Integer earlier = lines.putIfAbsent(value, fields.at(key).line());
        if (earlier != null) {
            problems.unusable(
                    fields.at(key),
                    fields.path(key),
                    "is the same as that of the key in line " + earlier,
                    "Give each caller a key and a name of its own.");
        }
    }

    Limits limits(MappingFields root) {
        Limits defaults = Limits.ofDefaults();
        MappingFields fields = root.inner("limits");
        if (fields == null) {
            return defaults;
        }
        Limits limits = new Limits(
                fields.bytes("bodySize", Bounds.of(1_000, 1_000_000_000), defaults.bodyBytes()),
                fields.integer("depth", Bounds.of(8, 1_000), defaults.depth()),
                fields.integer("messages", Bounds.of(1, 1_000_000), defaults.messages()),
                fields.integer("inputs", Bounds.of(1, 100_000), defaults.inputs()));
        fields.done();
        return limits;
    }
}
