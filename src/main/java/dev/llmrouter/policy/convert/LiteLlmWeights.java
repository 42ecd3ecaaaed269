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

    private static final List<String> FIELDS = List.of("weight", "rpm", "tpm");
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
        for (String field : FIELDS) {
            List<BigDecimal> shares = shares(members, params, field);
            BigDecimal largest = largest(shares);
            if (largest.signum() > 0) {
                tellUnknown(draft, members, params, field);
                return weighted(draft, members, params, shares, largest, field);
            }
        }
        return members;
    }

    /** The first that is drawn, and does not only stand behind the others. @param members as for {@link #of} */
    static Member first(List<Member> members, Map<String, ForeignNode> params) {
        for (String field : FIELDS) {
            List<BigDecimal> shares = shares(members, params, field);
            for (int i = 0; i < shares.size(); i++) {
                if (shares.get(i).signum() > 0) {
                    return members.get(i);
                }
            }
        }
        return members.get(0);
    }

    private static List<BigDecimal> shares(List<Member> members, Map<String, ForeignNode> params, String field) {
        List<@Nullable BigDecimal> stated = new ArrayList<>();
        BigDecimal largest = BigDecimal.ZERO;
        for (Member member : members) {
            ForeignNode at = params.get(member.model());
            BigDecimal share = at == null || at.get(field) == null ? BigDecimal.ZERO : at.number(field);
            largest = share == null ? largest : largest.max(share);
            stated.add(share);
        }
        BigDecimal unknown = largest.signum() > 0 ? largest : BigDecimal.ONE;
        return stated.stream()
                .map(share -> share == null ? unknown : share.max(BigDecimal.ZERO))
                .toList();
    }

    private static BigDecimal largest(List<BigDecimal> shares) {
        return shares.stream().reduce(BigDecimal.ZERO, BigDecimal::max);
    }

    private static void tellUnknown(
            PolicyDraft draft, List<Member> members, Map<String, ForeignNode> params, String field) {
        for (Member member : members) {
            ForeignNode at = params.get(member.model());
            ForeignNode setting = at == null || at.number(field) != null ? null : at.get(field);
            if (setting != null) {
                draft.remark(
                        setting,
                        "is no number, so how often it is drawn is not known: as often as the one with the most of its"
                                + " group; write the weight that is meant");
            }
        }
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
