package dev.llmrouter.audit.invoice;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Under which name a model is compared: an invoice cannot tell models of the ledger apart that have one name at the provider,
 * so these are compared together, as {@code mini+mini-b}.
 */
public final class ModelNames {
    private static final Pattern VERSION = Pattern.compile("-(\\d{8}|\\d{4}-\\d{2}-\\d{2}|latest)$");

    private final Map<String, String> byLedger = new HashMap<>();
    private final Map<String, String> byInvoice = new TreeMap<>();
    private final Map<String, String> stated;

    /**
     * Both may be empty: then a name of the one side is the same on the other.
     *
     * @param remote the provider's name by the ledger's, as the policy says it
     * @param stated the ledger's name by the provider's, which goes before
     */
    public ModelNames(Map<String, String> remote, Map<String, String> stated) {
        this.stated = Map.copyOf(stated);
        Map<String, Set<String>> sharing = new TreeMap<>();
        remote.forEach((model, name) ->
                sharing.computeIfAbsent(name, any -> new TreeSet<>()).add(model));
        sharing.forEach((name, models) -> {
            String together = String.join("+", models);
            byInvoice.put(name, together);
            models.forEach(model -> byLedger.put(model, together));
        });
    }

    /** The ledger's names that are known to be of the provider. */
    Set<String> models() {
        Set<String> all = new HashSet<>(byLedger.keySet());
        all.addAll(stated.values());
        return all;
    }

    /** For a model of the ledger. */
    String ofLedger(String model) {
        return byLedger.getOrDefault(model, model);
    }

    /**
     * For a model of the invoice. A date at the end of a name, which says a version, is left out where only that makes it a known one.
     *
     * @param ledger what {@link #ofLedger} gave for the models of the ledger
     */
    String ofInvoice(String name, Set<String> ledger) {
        String said = stated.get(name);
        if (said != null) {
            return ofLedger(said);
        }
        String bare = VERSION.matcher(name).replaceFirst("");
        for (String each : new String[] {name, bare}) {
            String known = byInvoice.get(each);
            if (known != null || ledger.contains(each)) {
                return known == null ? each : known;
            }
        }
        return byInvoice.entrySet().stream()
                .filter(each -> VERSION.matcher(each.getKey()).replaceFirst("").equals(bare))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(name);
    }
}
