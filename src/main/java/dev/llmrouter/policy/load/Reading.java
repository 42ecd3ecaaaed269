package dev.llmrouter.policy.load;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One reading of one file: where problems go and where placeholders get their values from. */
record Reading(Problems problems, Placeholders placeholders) {

    /** A scalar's text with its placeholders resolved; null if it is no scalar or a placeholder has no value. */
    @Nullable
    String text(YamlNode node, String path) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            if (!(node instanceof YamlNode.Refused)) {
                problems.unusable(
                        node.at(), path, "is " + node.kind() + "; a single value is needed", MappingFields.textFix());
            }
            return null;
        }
        if (scalar.isNull()) {
            problems.unusable(node.at(), path, "is empty", "Write a value, or remove the line.");
            return null;
        }
        PlaceholderText.Resolved resolved = PlaceholderText.resolve(scalar.text(), placeholders);
        String missing = resolved.missing();
        if (missing != null) {
            problems.unusable(
                    node.at(),
                    path,
                    "uses {{" + Quoted.bare(missing) + "}}, which has no value",
                    "Set it, or give a default as in {{" + Quoted.bare(missing) + ":default}}.");
        }
        return resolved.value();
    }

    /** A name of the policy; null if it is not among the known ones. */
    @Nullable
    String name(YamlNode node, String path, String kind, Set<String> names) {
        String name = text(node, path);
        if (name == null || names.contains(name)) {
            return name;
        }
        problems.unusable(
                node.at(),
                path,
                "names the " + kind + " " + shown(node) + ", which does not exist",
                problems.isFull() ? "" : Suggestion.advice(name, names));
        return null;
    }

    @Nullable
    BigDecimal number(String text, YamlNode.Scalar node, String path, Bounds bounds) {
        BigDecimal number = Quantity.number(text.replace("_", ""));
        if (number == null || !bounds.allow(number)) {
            wrong(node, path, bounds.describe(), "Write a number in that range.");
            return null;
        }
        return number;
    }

    <E extends Enum<E>> @Nullable E choice(String text, YamlNode node, String path, Class<E> type) {
        List<String> names =
                Arrays.stream(type.getEnumConstants()).map(Reading::key).toList();
        int index = names.indexOf(text.toLowerCase(Locale.ROOT));
        if (index < 0) {
            problems.unusable(node.at(), path, "is " + shown(node), Suggestion.advice(text, names));
            return null;
        }
        return type.getEnumConstants()[index];
    }

    void wrong(YamlNode node, String path, String allowed, String fix) {
        problems.unusable(node.at(), path, "is " + shown(node) + "; allowed: " + allowed, fix);
    }

    /** The value as the file has it: a placeholder stays a placeholder. */
    static String shown(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar ? Quoted.of(scalar.text()) : node.kind();
    }

    static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
