package dev.llmrouter.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Estimates how large a regular expression becomes when its counted repetitions are written out, as RE2 does when it
 * compiles: {@code (a{100}){100}} takes 10,000 steps.
 */
final class RegexSize {
    /** Largest estimate that is compiled. */
    static final long MAX = 20_000;

    private static final Pattern COUNT = Pattern.compile("\\{(\\d{1,4})(?:,(\\d{0,4}))?\\}");

    private RegexSize() {}

    static long of(String regex) {
        Deque<long[]> groups = new ArrayDeque<>();
        long[] current = {0, 0}; // steps so far, steps of the last part
        Matcher count = COUNT.matcher(regex);
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == '(') {
                groups.push(current);
                current = new long[] {0, 0};
            } else if (c == ')' && !groups.isEmpty()) {
                long inner = current[0];
                current = groups.pop();
                add(current, inner + 1);
            } else if (c == '{' && count.region(i, regex.length()).lookingAt()) {
                long times = Long.parseLong(count.group(1));
                if (count.group(2) != null && !count.group(2).isEmpty()) {
                    times = Math.max(times, Long.parseLong(count.group(2)));
                }
                long last = current[1];
                long more = Math.min(MAX + 1, last * Math.max(0, times - 1));
                current[0] = Math.min(MAX + 1, current[0] + more);
                current[1] = Math.min(MAX + 1, last + more);
                i = count.end() - 1;
            } else {
                i += c == '\\' ? 1 : 0;
                add(current, 1);
            }
        }
        long total = current[0];
        for (long[] open : groups) {
            total += open[0];
        }
        return total;
    }

    private static void add(long[] current, long steps) {
        current[0] = Math.min(MAX + 1, current[0] + steps);
        current[1] = steps;
    }
}
