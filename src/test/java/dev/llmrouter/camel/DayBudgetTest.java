package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.camel.DayBudget.Reservation;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DayBudgetTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 26);
    private static final BigDecimal PER_DAY = BigDecimal.ONE;

    private final DayBudget budget = new DayBudget();

    private Reservation reserve(String usd) {
        return reserve(usd, TODAY);
    }

    private Reservation reserve(String usd, LocalDate day) {
        return budget.reserve(new BigDecimal(usd), PER_DAY, day);
    }

    private void ledgerSays(String usd, LocalDate day) {
        budget.read(new BigDecimal(usd), budget.booked(), day);
    }

    @Test
    void afterTheFirstRequestThatDoesNotFitNoShorterOneIsComparedThatDay() {
        ledgerSays("0.6", TODAY);
        assertThat(reserve("0.5")).isEqualTo(Reservation.SPENT);
        assertThat(reserve("0.1")).isEqualTo(Reservation.SPENT);
        assertThat(budget.reserve(new BigDecimal("0.1"), BigDecimal.TEN, TODAY))
                .as("a higher budget begins at once")
                .isEqualTo(Reservation.TAKEN);
    }

    @Test
    void whatCallsUnderWayMayNeedEndsNoDay() {
        ledgerSays("0", TODAY);
        assertThat(reserve("0.6")).isEqualTo(Reservation.TAKEN);
        assertThat(reserve("0.6")).isEqualTo(Reservation.NOT_NOW);
        budget.spend("a", new BigDecimal("0.6"), new BigDecimal("0.01"), TODAY);
        assertThat(reserve("0.6")).isEqualTo(Reservation.TAKEN);
    }

    @Test
    void whatIsReleasedIsFreeAgainAndNotSpent() {
        ledgerSays("0.3", TODAY);
        assertThat(reserve("0.6")).isEqualTo(Reservation.TAKEN);
        budget.release(new BigDecimal("0.6"));
        assertThat(reserve("0.7")).isEqualTo(Reservation.TAKEN);
    }

    /** Whoever looks and compares nothing leaves all of it to others. */
    @Test
    void aLookSetsNothingAside() {
        ledgerSays("0", TODAY);
        for (int i = 0; i < 3; i++) {
            assertThat(budget.look(new BigDecimal("0.6"), PER_DAY, TODAY)).isEqualTo(Reservation.TAKEN);
        }
        assertThat(reserve("0.6")).isEqualTo(Reservation.TAKEN);
        assertThat(budget.look(new BigDecimal("0.6"), PER_DAY, TODAY)).isEqualTo(Reservation.NOT_NOW);
    }

    @Test
    void oneRequestThatIsTooDearEndsNoDay() {
        ledgerSays("0", TODAY);
        assertThat(reserve("1.01")).isEqualTo(Reservation.TOO_MUCH);
        assertThat(reserve("1.00")).isEqualTo(Reservation.TAKEN);
    }

    @Test
    void whatWasSpentYesterdayEndsNoNewDay() {
        ledgerSays("1", TODAY);
        assertThat(reserve("0.5")).isEqualTo(Reservation.SPENT);
        LocalDate tomorrow = TODAY.plusDays(1);
        assertThat(reserve("0.5", tomorrow)).isEqualTo(Reservation.NOT_NOW);
        ledgerSays("0", tomorrow);
        assertThat(reserve("0.5", tomorrow)).isEqualTo(Reservation.TAKEN);
    }

    /** A ledger that could be read and not written said 0 for as long as that lasted, and four times the budget was spent in a minute. */
    @Test
    void whatTheLedgerHasNotGotYetIsSpentHoweverLongItTakes() {
        for (int i = 0; i < 3; i++) {
            budget.read(BigDecimal.ZERO, Set.of(), TODAY);
            assertThat(reserve("0.3")).isEqualTo(Reservation.TAKEN);
            budget.spend("a" + i, new BigDecimal("0.3"), new BigDecimal("0.3"), TODAY);
        }
        budget.read(BigDecimal.ZERO, Set.of(), TODAY);
        assertThat(budget.look(new BigDecimal("0.1"), PER_DAY, TODAY)).isEqualTo(Reservation.TAKEN);
        budget.read(new BigDecimal("0.6"), Set.of("a0", "a1"), TODAY);
        assertThat(budget.booked()).containsExactly("a2");
        assertThat(reserve("0.2")).isEqualTo(Reservation.SPENT);
        budget.read(BigDecimal.ZERO, Set.of(), TODAY.plusDays(1));
        assertThat(budget.booked()).as("of yesterday").isEmpty();
    }

    /** Where every call breaks off nobody knows what it cost, and the ledger cannot tell by the others. */
    @Test
    void whatIsNotKnownCountsForTheDayWhileNothingElseIsKnown() {
        ledgerSays("0", TODAY);
        for (int i = 0; i < 2; i++) {
            assertThat(reserve("0.4")).isEqualTo(Reservation.TAKEN);
            budget.spend("a" + i, new BigDecimal("0.4"), null, TODAY);
            ledgerSays("0", TODAY);
        }
        assertThat(reserve("0.4")).isEqualTo(Reservation.SPENT);
        ledgerSays("0", TODAY.plusDays(1));
        assertThat(reserve("0.4", TODAY.plusDays(1))).isEqualTo(Reservation.TAKEN);
        budget.spend("c", new BigDecimal("0.4"), null, TODAY.plusDays(1));
        ledgerSays("0.02", TODAY.plusDays(1));
        assertThat(reserve("0.9", TODAY.plusDays(1)))
                .as("the ledger knows what such pairs cost on average")
                .isEqualTo(Reservation.TAKEN);
    }
}
