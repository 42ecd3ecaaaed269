package dev.llmrouter.camel;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a judge of live pairs made of its control questions of late: whether it tells an answer off the point from a real one. It is asked
 * one with each of its first pairs, and with every tenth afterwards. Kept in memory: each process asks anew. Safe for use by many threads.
 */
final class JudgeRecord {
    private static final int FIRST = 5;
    private static final int EVERY = 10;
    private static final int KEPT = 20;
    /** Share of the latest that has to be right. */
    private static final double ACCEPTED = 0.8;

    private final Deque<Boolean> latest = new ArrayDeque<>();
    private int pairs;
    private boolean isTold;

    /** Whether the next pair comes with a control question. */
    synchronized boolean isDue() {
        return latest.size() < FIRST || isBad() || pairs++ % EVERY == 0;
    }

    /** @return whether that makes it a bad one, and nobody has been told yet */
    synchronized boolean add(boolean tellsApart) {
        latest.addLast(tellsApart);
        if (latest.size() > KEPT) {
            latest.removeFirst();
        }
        boolean isNews = isBad() && !isTold;
        isTold = isBad();
        return isNews;
    }

    /** Whether nothing that it says counts. */
    synchronized boolean isBad() {
        return latest.size() >= FIRST && latest.stream().filter(right -> right).count() < ACCEPTED * latest.size();
    }
}
