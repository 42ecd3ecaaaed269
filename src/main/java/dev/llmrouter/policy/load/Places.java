package dev.llmrouter.policy.load;

import dev.llmrouter.policy.load.YamlNode.Position;

/** Finds the place of a field in the file. */
record Places(YamlNode root) {
    /** Where the field stands, or the innermost part of the way to it that exists. @param way keys and list indexes */
    Position of(Object... way) {
        YamlNode node = root;
        Position at = root.at();
        for (Object step : way) {
            if (step instanceof String key && node instanceof YamlNode.Mapping mapping) {
                YamlNode.Entry entry = mapping.entries().get(key);
                if (entry == null) {
                    return at;
                }
                at = entry.at();
                node = entry.value();
            } else if (step instanceof Integer index
                    && node instanceof YamlNode.Sequence sequence
                    && index < sequence.items().size()) {
                node = sequence.items().get(index);
                at = node.at();
            } else {
                return at;
            }
        }
        return at;
    }

    /** Whether the field is there. @param way keys */
    boolean has(String... way) {
        YamlNode node = root;
        for (String step : way) {
            YamlNode.Entry entry =
                    node instanceof YamlNode.Mapping mapping ? mapping.entries().get(step) : null;
            if (entry == null) {
                return false;
            }
            node = entry.value();
        }
        return true;
    }

    /** Number of items of a list at the top of the file; 0 if there is none. */
    int size(String key) {
        if (!(root instanceof YamlNode.Mapping mapping)) {
            return 0;
        }
        YamlNode.Entry entry = mapping.entries().get(key);
        return entry != null && entry.value() instanceof YamlNode.Sequence sequence
                ? sequence.items().size()
                : 0;
    }
}
