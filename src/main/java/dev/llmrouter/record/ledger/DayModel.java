package dev.llmrouter.record.ledger;

/**
 * How often a model served a task within one day, and under which policy; without shadow requests.
 *
 * @param daysAgo as {@link DaySums#daysAgo}
 * @param task {@value LedgerFilter#UNCLASSIFIED} where none was recognised
 * @param tier {@value LedgerFilter#NONE} where nobody was chosen
 * @param model {@value LedgerFilter#NONE} where nobody answered
 * @param policy hash of the policy
 */
public record DayModel(int daysAgo, String task, String tier, String model, String policy, long requests) {}
