package dev.llmrouter.policy.convert;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Makes a policy of another gateway's configuration. */
public final class ForeignConfigs {
    private ForeignConfigs() {}

    /** Whose configuration it is. */
    public enum From {
        /** The file of LiteLLM's proxy, YAML. */
        LITELLM,
        /** A config of Portkey's gateway, JSON. */
        PORTKEY
    }

    /**
     * @param text the configuration
     * @param name of its file, for messages
     * @param day the date that prices in it get
     * @throws NotConvertibleException if it cannot be read, or has no model that a policy can call
     */
    public static Converted convert(From from, String text, String name, LocalDate day) {
        PolicyDraft draft = new PolicyDraft();
        try {
            ForeignNode root = ForeignNode.parse(text, name);
            switch (from) {
                case LITELLM -> LiteLlmConfig.read(root, draft);
                case PORTKEY -> PortkeyConfig.read(root, draft);
            }
            tellEvidence(root, draft);
            root.doubled()
                    .forEach(part ->
                            draft.remark(part, "stands here once more, and the last one counts: this one is not read"));
        } catch (IllegalArgumentException e) {
            // without the cause: what a reader of YAML says quotes the file, and keys may stand there
            throw new NotConvertibleException(Objects.requireNonNullElse(e.getMessage(), name), draft.remarks());
        }
        return new Converted(DraftYaml.of(draft, name, day), draft.remarks());
    }

    private static void tellEvidence(ForeignNode root, PolicyDraft draft) {
        List<String> undecided = draft.undecided();
        if (!undecided.isEmpty()) {
            draft.remark(
                    root,
                    "the policy says 'evidence: warn': without prices nobody knows whether the tiers of these tasks cost less"
                            + " than the baseline '" + draft.baseline()
                            + "', and with 'enforce' it would serve them all: "
                            + String.join(", ", undecided) + ". State the prices");
        }
        Map<String, String> parted = draft.parted();
        String baseline = draft.baseline();
        if (!parted.isEmpty() && baseline != null) {
            draft.remark(
                    root,
                    "the policy says 'evidence: warn': tags and metadata may part tenants, keys or regions, and with 'enforce' the"
                            + " baseline '" + baseline + "' (" + String.join(", ", draft.addresses(baseline))
                            + ") would serve these tasks until their tiers are proven: "
                            + String.join(", ", parted.keySet())
                            + ". With 'warn' it still serves requests that their tier cannot: those that its models are too"
                            + " small for or lack an ability for, and all of them while its key is not set. Who must never"
                            + " get there needs a key with tiers: ["
                            + String.join(", ", new TreeSet<>(parted.values()))
                            + "], or sends model: tier:NAME with one of these: then the request is refused instead."
                            + " Write 'enforce' only if the baseline may serve them all");
        }
    }
}
