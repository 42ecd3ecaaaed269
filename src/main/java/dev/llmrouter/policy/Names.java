package dev.llmrouter.policy;

import java.util.Set;
import java.util.regex.Pattern;

/** The names that a policy declares. */
record Names(Set<String> providers, Set<String> models, Set<String> tiers, Set<String> tasks) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}");

    static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether a request that names this model means something else. */
    static boolean isVirtualModel(String name) {
        return name.equals("auto") || name.startsWith("task:") || name.startsWith("tier:");
    }
}
