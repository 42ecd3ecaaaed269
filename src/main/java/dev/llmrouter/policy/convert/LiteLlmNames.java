package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.PolicyNames;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What groups and aliases of LiteLLM's proxy are called in the policy: as they are where a policy allows it, else by a name like it
 * that nobody else has.
 */
final class LiteLlmNames {
    private final Map<String, String> names = new LinkedHashMap<>();

    private LiteLlmNames() {}

    /** @param aliases the mapping of aliases; null for none */
    static LiteLlmNames of(ForeignNode list, @Nullable ForeignNode aliases) {
        LiteLlmNames names = new LiteLlmNames();
        Set<String> wished = new HashSet<>();
        for (ForeignNode deployment : list.list()) {
            String group = deployment.text("model_name");
            if (group != null) {
                names.names.put(group, group);
            }
        }
        if (aliases != null) {
            aliases.all().keySet().forEach(alias -> names.names.put(alias, alias));
        }
        names.names.keySet().stream().filter(LiteLlmNames::mayStay).forEach(wished::add);
        // who has a name that is allowed keeps it, wherever in the file it stands
        names.names.replaceAll((theirs, same) -> {
            if (mayStay(theirs)) {
                return theirs;
            }
            String free = PolicyDraft.free(theirs, wished);
            wished.add(free);
            return free;
        });
        return names;
    }

    private static boolean mayStay(String name) {
        return PolicyNames.isValid(name) && !PolicyNames.isVirtualModel(name);
    }

    /** The name in the policy. @throws IllegalArgumentException if there is no such group or alias */
    String of(String theirs) {
        String ours = names.get(theirs);
        if (ours == null) {
            throw new IllegalArgumentException("'" + theirs + "' is neither a group nor an alias");
        }
        return ours;
    }

    /** All names that groups and aliases have in the policy. */
    Set<String> taken() {
        return Set.copyOf(names.values());
    }

    /** Says what callers have to send from now on, where the name could not stay. */
    void tell(PolicyDraft draft, ForeignNode at, String theirs) {
        String ours = of(theirs);
        if (!ours.equals(theirs)) {
            draft.remark(
                    at,
                    "a policy cannot have the name '" + theirs + "': it is '" + ours
                            + "' there, and callers that send '" + theirs + "' must send 'tier:" + ours + "'");
        }
    }
}
