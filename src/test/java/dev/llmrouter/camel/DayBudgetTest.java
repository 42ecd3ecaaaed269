package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.DayBudget.Reservation;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class DayBudgetTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 26);
    private static final BigDecimal PER_DAY = BigDecimal.ONE;

    private final DayBudget budget = new DayBudget();

    @Test
    void afterTheFirstRequestThatDoesNotFitNoShorterOneIsComparedThatDay() {
        assertThat(reserve("0.6", TODAY)).isEqualTo(Reservation.TAKEN);
        assertThat(reserve("0.5", TODAY)).isEqualTo(Reservation.SPENT);
        assertThat(reserve("0.1", TODAY)).isEqualTo(Reservation.WAS_SPENT);
        assertThat(budget.reserve(new BigDecimal("0.1"), BigDecimal.TEN, TODAY))
                .as("a higher budget begins at once")
                .isEqualTo(Reservation.TAKEN);

        budget.spend(new BigDecimal("0.7"), new BigDecimal("0.7"), 0);
        budget.read(BigDecimal.ZERO, Long.MAX_VALUE);
        assertThat(reserve("0.5", TODAY.plusDays(1))).isEqualTo(Reservation.TAKEN);
    }

    private Reservation reserve(String usd, LocalDate day) {
        return budget.reserve(new BigDecimal(usd), PER_DAY, day);
    }
}
