package dev.llmrouter.classify.gate;

import java.util.Arrays;
import java.util.List;

/**
 * How well scores tell which inputs need the stronger model. Inputs go to it in falling order of score; the recovered gap
 * is the share of the quality difference of the two models that is won back. Source: Ong et al., RouteLLM, 2024,
 * section 3.2.
 *
 * @param apgr mean recovered gap over all shares of strong calls; 0.5 by chance, above 1 is possible
 * @param cpt50 least percentage of strong calls that recovers half of the gap; NaN where the models do not differ
 * @param cpt80 the same for 80 % of it
 * @param weak mean score of the cheaper model, 0 to 1
 * @param strong mean score of the stronger model
 * @param inputs how many it was measured on
 */
public record GateQuality(double apgr, double cpt50, double cpt80, double weak, double strong, int inputs) {
    /** @param scores one for each outcome */
    public static GateQuality of(double[] scores, List<Outcome> outcomes) {
        int n = scores.length;
        Integer[] order = new Integer[n];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(scores[b], scores[a]));
        double weak = outcomes.stream().mapToDouble(Outcome::weak).sum();
        double strong = outcomes.stream().mapToDouble(Outcome::strong).sum();
        if (n == 0 || strong == weak) {
            return new GateQuality(
                    Double.NaN, Double.NaN, Double.NaN, weak / Math.max(1, n), strong / Math.max(1, n), n);
        }
        double recovered = 0;
        double area = 0;
        double cpt50 = Double.NaN;
        double cpt80 = Double.NaN;
        for (int i = 0; i < n; i++) {
            double before = recovered;
            recovered += outcomes.get(order[i]).gain() / (strong - weak);
            area += (before + recovered) / 2 / n;
            double share = 100.0 * (i + 1) / n;
            cpt50 = Double.isNaN(cpt50) && recovered >= 0.5 ? share : cpt50;
            cpt80 = Double.isNaN(cpt80) && recovered >= 0.8 ? share : cpt80;
        }
        return new GateQuality(area, cpt50, cpt80, weak / n, strong / n, n);
    }
}
