package dev.llmrouter.record.ledger;

import dev.llmrouter.chat.Usage;
import java.math.BigDecimal;

/**
 * What chat requests add up to that took the same way: one task, tier, model, and class of input size; without shadow
 * requests. Money in USD, exact.
 *
 * @param task {@value LedgerFilter#UNCLASSIFIED} where none was recognised
 * @param tier {@value LedgerFilter#NONE} where nobody was chosen
 * @param model {@value LedgerFilter#NONE} where nobody answered
 * @param named whether the caller asked for the tier or the model
 * @param namedModel whether it was the model
 * @param lifted whether a condition or the gate of the task sent it to the baseline tier
 * @param escalated whether an output of the task's own tier failed its check, so that the baseline tier was asked as well
 * @param drawn whether the canary of the tier that was asked first was drawn, whoever answered; false where only sums are left
 * @param batched whether a batch of a provider answered
 * @param size how many of the sizes that were asked for the input tokens exceed
 * @param requests how many
 * @param failed of these, those that nobody got a whole, usable answer to: any outcome but {@code ok}
 * @param costUsd known costs
 * @param unknownCosts requests whose cost is not known and so not in {@code costUsd}
 * @param judged requests with feedback or a checked output
 * @param useful of these, as {@link DestinationSums#useful}
 * @param comparable requests whose cost and baseline cost are both known
 * @param servedUsd cost of these: all attempts and the classification
 * @param premiumUsd what their tokens would have cost at the baseline
 * @param classifierUsd part of {@code servedUsd}: what the classifying model cost
 * @param counted requests whose tokens and cost are known
 * @param tokens of these, added up
 * @param billedUsd cost of these
 */
public record RoutedSums(
        String task,
        String tier,
        String model,
        boolean named,
        boolean namedModel,
        boolean lifted,
        boolean escalated,
        boolean drawn,
        boolean batched,
        int size,
        long requests,
        long failed,
        BigDecimal costUsd,
        long unknownCosts,
        long judged,
        long useful,
        long comparable,
        BigDecimal servedUsd,
        BigDecimal premiumUsd,
        BigDecimal classifierUsd,
        long counted,
        Usage tokens,
        BigDecimal billedUsd) {}
