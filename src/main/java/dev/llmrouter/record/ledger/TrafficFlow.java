package dev.llmrouter.record.ledger;

import java.math.BigDecimal;

/**
 * The requests that took one way; without shadow requests.
 *
 * @param task {@value LedgerFilter#UNCLASSIFIED} where none was recognised
 * @param tier {@value LedgerFilter#NONE} where nobody was chosen
 * @param model that answered; {@value LedgerFilter#NONE} where nobody did
 * @param costUsd sum of the known costs
 */
public record TrafficFlow(String task, String tier, String model, long requests, BigDecimal costUsd) {}
