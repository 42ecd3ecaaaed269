package dev.llmrouter.record.ledger;

import java.math.BigDecimal;

/**
 * What one tier served in one slot of time; without shadow requests. Sums are of the requests whose cost and baseline cost
 * are both known, so that they can be compared.
 *
 * @param slot number of the slot, from 0
 * @param tier {@value LedgerFilter#NONE} where nobody was chosen
 */
public record TrafficSlot(int slot, String tier, long requests, BigDecimal costUsd, BigDecimal baselineCostUsd) {}
