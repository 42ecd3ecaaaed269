package dev.llmrouter.audit.invoice;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The ledger's name for a model of a provider's: one that was stated, else the name itself. A date at the end of a name, which
 * says a version, is left out where only that makes it a known one.
 *
 * @param known the ledger's name by the provider's
 */
public record ModelNames(Map<String, String> known) implements UnaryOperator<String> {
    private static final Pattern VERSION = Pattern.compile("-(\\d{8}|\\d{4}-\\d{2}-\\d{2}|latest)$");

    public ModelNames {
        known = Map.copyOf(known);
    }

    @Override
    public String apply(String remote) {
        String stated = known.get(remote);
        if (stated != null) {
            return stated;
        }
        String bare = VERSION.matcher(remote).replaceFirst("");
        String stem = known.get(bare);
        if (stem != null) {
            return stem;
        }
        return known.entrySet().stream()
                .filter(each -> VERSION.matcher(each.getKey()).replaceFirst("").equals(bare))
                .map(Map.Entry::getValue)
                .sorted()
                .findFirst()
                .orElse(known.isEmpty() ? bare : remote);
    }
}
