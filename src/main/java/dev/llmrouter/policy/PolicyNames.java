package dev.llmrouter.policy;

import java.util.regex.Pattern;

/** What may be the name of a provider, model, tier, task or key in a policy. */
public final class PolicyNames {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}");

    private PolicyNames() {}

    /** Whether it has 1 to 100 letters, digits and {@code . _ - : / @ +}, the first a letter or a digit. */
    public static boolean isValid(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether a request that names this model means something else: {@code auto}, a task or a tier. */
    public static boolean isVirtualModel(String name) {
        return name.equals("auto") || name.startsWith("task:") || name.startsWith("tier:");
    }
}
