package dev.llmrouter.audit.drift;

import dev.llmrouter.record.ledger.DaySums;
import dev.llmrouter.record.ledger.Moments;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/** Days of one destination's traffic, drawn at random, with or without a change on a day. */
final class SimulatedDays {
    private final RandomGenerator random;
    private final int perDay;
    private final boolean isLumpy;
    private final List<DaySums> days = new ArrayList<>();
    private final RandomGenerator ofFailures;
    private double failing = 0.02;

    /** @param isLumpy whether days differ by more than chance: in quality by some 2 points, in cost by some 10 % */
    SimulatedDays(int seed, int perDay, boolean isLumpy) {
        this.random = new Well19937c(seed);
        this.ofFailures = new Well19937c(~seed);
        this.perDay = perDay;
        this.isLumpy = isLumpy;
    }

    /** From now on. @param share of the requests that nobody gets an answer to */
    SimulatedDays failing(double share) {
        failing = share;
        return this;
    }

    /** Adds days. @param cost factor on the cost of each request */
    SimulatedDays add(int number, double quality, double cost) {
        for (int i = 0; i < number; i++) {
            addDay(perDay, quality, cost);
        }
        return this;
    }

    /** Adds a day with more or fewer requests than others. */
    SimulatedDays addDay(int requests, double quality, double cost) {
        double useful = isLumpy ? new BetaDistribution(random, quality * 200, (1 - quality) * 200).sample() : quality;
        double ofDay = isLumpy ? 0.1 * random.nextGaussian() : 0;
        Moments costs = normal(requests, Math.log(1e6 * cost) + ofDay, 0.8);
        days.add(new DaySums(
                0,
                "colour",
                "cheap",
                requests,
                new BinomialDistribution(ofFailures, requests, failing).sample(),
                requests * Math.exp(costs.mean() + 0.32) / 1e12,
                costs,
                requests,
                binomial(requests, useful),
                requests / 2,
                binomial(requests / 2, 0.04),
                normal(requests, Math.log(800) + ofDay, 0.6),
                normal(requests, 0.9, 0.08),
                requests,
                requests * 100.0,
                requests * 50.0,
                0));
        return this;
    }

    private long binomial(int n, double p) {
        return new BinomialDistribution(random, n, p).sample();
    }

    private Moments normal(int n, double mean, double deviation) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double x = mean + deviation * random.nextGaussian();
            sum += x;
            squares += x * x;
        }
        return new Moments(n, sum, squares);
    }

    int size() {
        return days.size();
    }

    /** What a ledger says at the end of a day, from 0. */
    List<DaySums> asOf(int day) {
        List<DaySums> seen = new ArrayList<>();
        for (int i = Math.max(0, day - DeclineCollector.DAYS + 1); i <= day; i++) {
            DaySums row = days.get(i);
            seen.add(new DaySums(
                    day - i,
                    row.task(),
                    row.tier(),
                    row.requests(),
                    row.failed(),
                    row.costUsd(),
                    row.logCost(),
                    row.judged(),
                    row.useful(),
                    row.answered(),
                    row.corrected(),
                    row.logMillis(),
                    row.learned(),
                    row.counted(),
                    row.inputTokens(),
                    row.outputTokens(),
                    row.escalated()));
        }
        return seen;
    }
}
