package dev.llmrouter.policy.convert;

import dev.llmrouter.policy.convert.PolicyDraft.Member;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shares of the deployments of one group. LiteLLM draws by the first of weight, rpm and tpm that any of them has above 0; who
 * does not have it is asked only when all others fail. Source: {@code simple_shuffle.py} of October 2026.
 */
final class LiteLlmWeights {
    /** The most that a policy takes. */
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private static final MathContext DIGITS = new MathContext(9);

    private LiteLlmWeights() {}

    /**
     * The members with their weights, those without any last.
     *
     * @param members in the order of the file
     * @param params of each, by the name of its model
     */
    static List<Member> of(PolicyDraft draft, List<Member> members, Map<String, ForeignNode> params) {
        if (members.size() == 1) {
            ForeignNode only = params.get(members.get(0).model());
            if (only != null) {
                only.get("weight"); // of one, it says nothing; limits of its rate do
            }
            return members;
        }
        for (String field : List.of("weight", "rpm", "tpm")) {
            List<BigDecimal> shares = new ArrayList<>();
            for (Member member : members) {
                shares.add(share(params.get(member.model()), field));
            }
            BigDecimal largest = shares.stream().reduce(BigDecimal.ZERO, BigDecimal::max);
            if (largest.signum() > 0) {
                return weighted(draft, members, params, shares, largest, field);
            }
        }
        return members;
    }

    private static BigDecimal share(@Nullable ForeignNode params, String field) {
        BigDecimal share = params == null ? null : params.number(field);
        return share == null ? BigDecimal.ZERO : share.max(BigDecimal.ZERO);
    }

    private static List<Member> weighted(
            PolicyDraft draft,
            List<Member> members,
            Map<String, ForeignNode> params,
            List<BigDecimal> shares,
            BigDecimal largest,
            String field) {
        List<Member> weighted = new ArrayList<>();
        List<Member> drained = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            String model = members.get(i).model();
            BigDecimal share = shares.get(i);
            if (share.signum() > 0) {
                BigDecimal scaled =
                        largest.compareTo(MILLION) > 0 ? share.multiply(MILLION).divide(largest, DIGITS) : share;
                weighted.add(new Member(model, scaled.max(LiteLlmTiers.LAST)));
                continue;
            }
            drained.add(new Member(model, LiteLlmTiers.LAST));
            ForeignNode at = params.get(model);
            if (at != null) {
                draft.remark(
                        at,
                        "has no " + field
                                + " above 0, by which its group is drawn: it stands behind the others, with the weight "
                                + LiteLlmTiers.LAST.toPlainString()
                                + ", so it is asked first about once in a million requests");
            }
        }
        weighted.addAll(drained);
        return weighted;
    }
}
