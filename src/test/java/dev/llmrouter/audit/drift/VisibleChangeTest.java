package dev.llmrouter.audit.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.DaySums;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** "A change of X would be found in four looks of five": it was found in 43 to 70 %, where X was the least that counts in every second one. */
@Tag("simulation")
class VisibleChangeTest {
    private static final DriftSettings SETTINGS = DriftSettings.ofDefaults();
    private static final int LOOKS = 70;
    private static final double LEVEL = SETTINGS.level(7);
    private static final List<Kind> KINDS = List.of(Kind.QUALITY, Kind.COST);

    private static List<Series> series(SimulatedDays days) {
        List<DaySums> lately = days.asOf(34);
        List<Series> series = new ArrayList<>();
        new SeriesCollector(SETTINGS, null, lately, series, new ArrayList<>()).collect();
        return series.stream()
                .filter(each -> KINDS.contains(each.subject().kind()))
                .toList();
    }

    /** Mean of what steady weeks say. */
    private static double[] visible(int perDay, boolean isLumpy) {
        TDistribution t = new TDistribution(SETTINGS.days() - 2);
        double[] visible = new double[KINDS.size()];
        for (int look = 0; look < LOOKS; look++) {
            for (Series each : series(new SimulatedDays(9000 + look, perDay, isLumpy).add(35, 0.92, 1))) {
                double level = each.countsTwice() ? LEVEL / 2 : LEVEL;
                visible[KINDS.indexOf(each.subject().kind())] +=
                        each.visible(t.inverseCumulativeProbability(1 - level)) / LOOKS;
            }
        }
        return visible;
    }

    @Test
    void aChangeOfTheStatedSizeIsFoundInFourLooksOfFive() {
        double all = 0;
        int cells = 0;
        for (int perDay : new int[] {60, 300}) { // limited by the error level, and by the least that counts
            for (boolean isLumpy : new boolean[] {false, true}) {
                double[] visible = visible(perDay, isLumpy);
                double[] found = new double[KINDS.size()];
                for (int look = 0; look < LOOKS; look++) {
                    SimulatedDays days = new SimulatedDays(20_000 + look, perDay, isLumpy)
                            .add(28, 0.92, 1)
                            .add(7, 0.92 - visible[0], Math.exp(visible[1]));
                    for (Series each : series(days)) {
                        if (each.state(LEVEL) == Watched.State.ALARM) {
                            found[KINDS.indexOf(each.subject().kind())] += 1.0 / LOOKS;
                        }
                    }
                }
                for (double share : found) {
                    assertThat(share).as("%s a day, lumpy %s", perDay, isLumpy).isBetween(0.68, 0.97);
                    all += share;
                    cells++;
                }
            }
        }
        assertThat(all / cells).isBetween(0.76, 0.92);
    }
}
