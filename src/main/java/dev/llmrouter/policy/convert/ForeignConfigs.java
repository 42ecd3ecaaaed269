package dev.llmrouter.policy.convert;

import java.time.LocalDate;

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
     * @throws IllegalArgumentException if it cannot be read, or has no model that a policy can call
     */
    public static Converted convert(From from, String text, String name, LocalDate day) {
        ForeignNode root = ForeignNode.parse(text, name);
        PolicyDraft draft = switch (from) {
            case LITELLM -> LiteLlmConfig.read(root);
            case PORTKEY -> PortkeyConfig.read(root);
        };
        return new Converted(DraftYaml.of(draft, name, day), draft.remarks());
    }
}
