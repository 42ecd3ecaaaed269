package dev.llmrouter.evaluate;

/**
 * One look at the evidence of a task, as the evidence file keeps it.
 *
 * @param date day, ISO 8601
 * @param dataHash SHA-256 of the data set's content, 64 hexadecimal digits
 * @param n examples compared
 * @param verdict what the look said: {@code pass}, {@code fail} or {@code inconclusive}
 * @param method name of the test
 */
public record Look(String date, String dataHash, int n, String verdict, String method) {}
