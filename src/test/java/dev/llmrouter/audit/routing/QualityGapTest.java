package dev.llmrouter.audit.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityGapTest {
    @ParameterizedTest
    @CsvSource({
        "judge:pairwise by p/umpire, true, false",
        "2.0*judge:pairwise by p/umpire, true, false",
        "live:judge:umpire, true, false",
        "live:judge:umpire p/umpire, true, false",
        "live:feedback, false, true",
        "live:exact, false, false",
        "judge:rubric by p/umpire, false, false",
        "'', false, false"
    })
    void whatWasScoredSaysWhatTheDifferenceMeans(String scorer, boolean isPreference, boolean isWorstCase) {
        QualityGap gap = new QualityGap(-0.1, -0.2, 0, 0, 50, QualityGap.LIVE, 95, scorer);
        assertThat(gap.isPreference()).isEqualTo(isPreference);
        assertThat(gap.isWorstCase()).isEqualTo(isWorstCase);
        assertThat(gap.isLoss()).isEqualTo(!isPreference && !isWorstCase);
        assertThat(gap.kind().startsWith("preferences")).isEqualTo(isPreference);
        assertThat(gap.kind().startsWith("at worst")).isEqualTo(isWorstCase);
    }
}
