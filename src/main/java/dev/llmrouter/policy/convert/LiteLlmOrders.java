package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code order} of deployments of LiteLLM's proxy: those of the lowest in a group are asked, under every strategy, and those
 * of the next when these fail. Who has none comes last. Source: BerriAI/litellm, {@code router.py}, as of 2026-10.
 */
final class LiteLlmOrders {
    private static final String ORDER = "order";

    /** By the name of the model; who is not among them has none. */
    private final Map<String, BigDecimal> orders = new HashMap<>();

    /** Reads that of a deployment: of its parameters, or else of its {@code model_info}. */
    void read(PolicyDraft draft, String model, ForeignNode params, @Nullable ForeignNode info) {
        ForeignNode place = params.get(ORDER) != null || info == null ? params : info;
        BigDecimal order = place.number(ORDER);
        ForeignNode setting = place.get(ORDER);
        if (order != null) {
            orders.put(model, order);
        } else if (setting != null) {
            draft.remark(setting, "is no number: taken as no order, which comes last");
        }
    }

    /** Gives each of two models the other's order, as they change names. */
    void swap(String one, String other) {
        BigDecimal ofOne = orders.remove(one);
        BigDecimal ofOther = orders.remove(other);
        if (ofOne != null) {
            orders.put(other, ofOne);
        }
        if (ofOther != null) {
            orders.put(one, ofOther);
        }
    }

    /** The members parted by their order, the lowest first, and those without one last. */
    List<List<Member>> parted(List<Member> members) {
        Map<BigDecimal, List<Member>> byOrder = new TreeMap<>();
        List<Member> last = new ArrayList<>();
        for (Member member : members) {
            BigDecimal order = orders.get(member.model());
            (order == null ? last : byOrder.computeIfAbsent(order, any -> new ArrayList<>())).add(member);
        }
        List<List<Member>> parted = new ArrayList<>(byOrder.values());
        if (!last.isEmpty()) {
            parted.add(last);
        }
        return parted;
    }

    /** Those that are asked while they work. @param members at least one */
    List<Member> front(List<Member> members) {
        return parted(members).get(0);
    }
}
