package dev.llmrouter.camel.files;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * How far a batch has come.
 *
 * @param lines all of its lines
 * @param answered lines with a result
 * @param failed lines with an error
 * @param skipped those of both that were done before this run
 * @param waiting lines that wait in batches of providers
 * @param costUsd what all lines cost so far, earlier runs included, as far as it is known
 * @param unknownCosts lines with a try of which it is not known
 * @param nanos since this run began
 */
record BatchProgress(
        String file,
        int lines,
        int answered,
        int failed,
        int skipped,
        int waiting,
        BigDecimal costUsd,
        int unknownCosts,
        long nanos) {

    int done() {
        return answered + failed;
    }

    boolean isComplete() {
        return done() >= lines;
    }

    /** Lines a second, of this run. */
    double rate() {
        return nanos <= 0 ? 0 : (done() - skipped) * 1e9 / nanos;
    }

    /** Seconds until the end at the rate of this run; -1 where there is none yet. */
    long etaSeconds() {
        double rate = rate();
        return rate <= 0 ? -1 : Math.round((lines - done()) / rate);
    }

    Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("answered", answered);
        summary.put("failed", failed);
        summary.put("cost_usd", costUsd);
        if (unknownCosts > 0) {
            summary.put("cost_unknown", unknownCosts);
        }
        return summary;
    }

    /** For the log. */
    @Override
    public String toString() {
        long eta = etaSeconds();
        return String.format(
                Locale.ROOT,
                "%s: %,d of %,d lines (%.1f %%), %.1f lines/s, %s, %s USD%s, %,d errors, %,d done before%s",
                file,
                done(),
                lines,
                lines == 0 ? 100.0 : 100.0 * done() / lines,
                rate(),
                eta < 0
                        ? "time left unknown"
                        : String.format(Locale.ROOT, "%d:%02d:%02d left", eta / 3600, eta / 60 % 60, eta % 60),
                costUsd.toPlainString(),
                unknownCosts == 0
                        ? ""
                        : String.format(Locale.ROOT, " and what %,d lines of unknown cost come to", unknownCosts),
                failed,
                skipped,
                waiting == 0 ? "" : String.format(Locale.ROOT, ", %,d wait in batches of providers", waiting));
    }
}
