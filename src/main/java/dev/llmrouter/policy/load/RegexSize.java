package dev.llmrouter.policy.load;

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

    private final String regex;
    private final Matcher count;
    private final Deque<long[]> groups = new ArrayDeque<>();
    private long steps;
    private long stepsOfLast;

    private RegexSize(String regex) {
        this.regex = regex;
        this.count = COUNT.matcher(regex);
    }

    static long of(String regex) {
        return new RegexSize(regex).estimate();
    }

    private long estimate() {
        int at = 0;
        while (at < regex.length() && steps <= MAX) {
            at = part(at);
        }
        return groups.stream().mapToLong(outer -> outer[0]).sum() + steps;
    }

    /** Counts the part that begins here. @return where the next one begins */
    private int part(int at) {
        switch (regex.charAt(at)) {
            case '(' -> {
                groups.push(new long[] {steps});
                steps = 0;
                stepsOfLast = 0;
                return at + 1;
            }
            case ')' -> {
                if (!groups.isEmpty()) {
                    stepsOfLast = steps + 1;
                    steps = Math.min(MAX + 1, groups.pop()[0] + stepsOfLast);
                }
                return at + 1;
            }
            case '{' -> {
                if (count.region(at, regex.length()).lookingAt()) {
                    repeat();
                    return count.end();
                }
                return single(at + 1);
            }
            case '[' -> {
                return single(endOfClass(at));
            }
            case '\\' -> {
                return regex.startsWith("\\Q", at) ? quoted(at + 2) : single(Math.min(regex.length(), at + 2));
            }
            default -> {
                return single(at + 1);
            }
        }
    }

    private int single(int next) {
        steps = Math.min(MAX + 1, steps + 1);
        stepsOfLast = 1;
        return next;
    }

    private int quoted(int from) {
        int end = regex.indexOf("\\E", from);
        int to = end < 0 ? regex.length() : end;
        for (int i = from; i < to; i++) {
            single(i);
        }
        return end < 0 ? to : end + 2;
    }

    private void repeat() {
        long times = Long.parseLong(count.group(1));
        String most = count.group(2);
        if (most != null && !most.isEmpty()) {
            times = Math.max(times, Long.parseLong(most));
        }
        long more = Math.min(MAX + 1, stepsOfLast * Math.max(0, times - 1));
        steps = Math.min(MAX + 1, steps + more);
        stepsOfLast = Math.min(MAX + 1, stepsOfLast + more);
    }

    /** Behind the bracket that ends the class; a bracket at its very start is one of its characters. */
    private int endOfClass(int open) {
        int at = open + 1;
        if (regex.startsWith("^", at)) {
            at++;
        }
        if (regex.startsWith("]", at)) {
            at++;
        }
        while (at < regex.length() && regex.charAt(at) != ']') {
            if (regex.charAt(at) == '\\') {
                at += 2;
            } else if (regex.startsWith("[:", at) && regex.indexOf(":]", at + 2) > 0) {
                at = regex.indexOf(":]", at + 2) + 2;
            } else {
                at++;
            }
        }
        return Math.min(regex.length(), at + 1);
    }
}
