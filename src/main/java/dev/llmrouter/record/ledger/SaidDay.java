package dev.llmrouter.record.ledger;

/**
 * What people and checks said of the requests with feedback of one destination within one day.
 *
 * @param daysAgo as {@link DaySums#daysAgo}
 * @param task as {@link DaySums#task}
 * @param tier as {@link DaySums#tier}
 */
public record SaidDay(int daysAgo, String task, String tier, SaidSums sums) {}
