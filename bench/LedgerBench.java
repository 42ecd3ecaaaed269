import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.llmrouter.audit.Audit;
import dev.llmrouter.record.ledger.FeedbackEntry;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerDays;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerFilter;
import dev.llmrouter.record.ledger.LedgerReader;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.RequestEntry;
import dev.llmrouter.report.dashboard.Window;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Fills a ledger with made-up requests by the gateway's own writer, then times what the dashboard reads. Started by bench/ledger. */
public class LedgerBench {
    private static final String[] TASKS = {
        "translate", "summarise", "extract", "classify-mail", "draft-reply", "review-code", "answer", "support"
    };
    private static final String[] TIERS = {"economy", "economy", "standard", "premium"};
    private static final int CALLERS = 10;
    private static final int BATCH = 400;
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);

    private final Random random = new Random(7);

    /** Arguments: folder, URL of PostgreSQL or -, user or -, requests, days, requests of the last hour, readings. */
    public static void main(String[] args) throws Exception {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.WARN);
        LedgerSettings settings = args[1].equals("-")
                ? LedgerSettings.embedded(Path.of(args[0]))
                : new LedgerSettings(Path.of(args[0]), args[1], args[2], System.getenv().getOrDefault("PGPASSWORD", ""));
        new LedgerBench().run(settings, args);
    }

    private void run(LedgerSettings settings, String[] args) throws Exception {
        long wanted = Long.parseLong(args[3]);
        long days = Long.parseLong(args[4]);
        long lastHour = Long.parseLong(args[5]);
        long began = System.nanoTime();
        try (Ledger ledger = Ledger.open(settings, System::nanoTime)) {
            ledger.write(List.of());
            System.out.printf(Locale.ROOT, "opened in %.1f s%n", (System.nanoTime() - began) / 1e9);
            if (!ledger.isWriting()) {
                throw new IllegalStateException("the database does not take requests: " + ledger.place());
            }
            if (isEmpty(settings)) {
                long now = System.currentTimeMillis();
                fill(ledger, now - days * DAY, now - HOUR, wanted - lastHour);
                fill(ledger, now - HOUR, now, lastHour);
                if (ledger.spooled() + ledger.lost() > 0) {
                    throw new IllegalStateException("the database did not take all of them");
                }
            } else {
                System.out.println("it has requests already: nothing is added");
            }
        }
        read(settings, Integer.parseInt(args[6]));
    }

    private static boolean isEmpty(LedgerSettings settings) throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings)) {
            return reader.oldestMillis().isEmpty();
        }
    }

    private void fill(Ledger ledger, long from, long to, long requests) {
        var threads = ManagementFactory.getThreadMXBean();
        long wall = System.nanoTime();
        long cpu = threads.getCurrentThreadCpuTime();
        List<LedgerEntry> batch = new ArrayList<>();
        for (long n = 0; n < requests; n++) {
            long time = from + (long) ((to - from) * ((double) n / requests));
            RequestEntry request = request(time);
            batch.add(request);
            if (random.nextInt(30) == 0) {
                batch.add(feedback(request));
            }
            if (batch.size() >= BATCH) {
                ledger.write(batch);
                batch.clear();
            }
            if ((n + 1) % 500_000 == 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%,d requests, the last 500,000 in %.1f s: %.0f us each, %.0f us CPU of the writer (making them up included)%n",
                        n + 1,
                        (System.nanoTime() - wall) / 1e9,
                        (System.nanoTime() - wall) / 1e3 / 500_000,
                        (threads.getCurrentThreadCpuTime() - cpu) / 1e3 / 500_000);
                wall = System.nanoTime();
                cpu = threads.getCurrentThreadCpuTime();
            }
        }
        ledger.write(batch);
    }

    /** Its time, then chance, as of the gateway's own ids. */
    private String id(long time) {
        return String.format("%012x%04x%016x", time, random.nextInt(1 << 16), random.nextLong());
    }

    private RequestEntry request(long time) {
        int model = random.nextInt(TIERS.length);
        long input = 100 + random.nextInt(3_000);
        long output = 20 + random.nextInt(800);
        long cost = (input + 4 * output) * (100_000L << model);
        long duration = Math.round(900 * Math.exp(random.nextGaussian() * 0.6));
        boolean failed = random.nextInt(500) == 0;
        String attempts = "[{\"n\":1,\"model\":\"model-" + model + "\",\"provider\":\"provider-" + model % 2 + "\",\"outcome\":\""
                + (failed ? "error" : "ok") + "\",\"status\":" + (failed ? 500 : 200) + ",\"start_ms\":0,\"duration_ms\":" + duration
                + ",\"input_tokens\":" + input + ",\"output_tokens\":" + output + ",\"cost_usd\":\"0.000812\"}]";
        return new RequestEntry(
                "req_" + id(time),
                time,
                "team-" + random.nextInt(CALLERS),
                "openai",
                TASKS[random.nextInt(TASKS.length)],
                "learned",
                0.7 + random.nextInt(30) / 100.0,
                null,
                TIERS[model],
                "model-" + model,
                "provider-" + model % 2,
                input,
                0L,
                0L,
                output,
                0L,
                false,
                failed ? null : cost,
                (input + 4 * output) * 1_600_000L,
                null,
                null,
                null,
                null,
                "[{\"code\":\"task\",\"text\":\"the task's route\"}]",
                attempts,
                "0f3c9d51a7b2",
                "valid",
                "ev-1",
                random.nextInt(3) == 0 ? "passed" : null,
                failed ? "provider_error" : "ok",
                failed ? "provider_error" : null,
                random.nextBoolean(),
                false,
                false,
                150,
                duration / 3,
                duration,
                "model-" + model + "-2026-09");
    }

    private FeedbackEntry feedback(RequestEntry request) {
        return new FeedbackEntry(
                "fb_" + id(request.timeMillis()), request.id(), request.timeMillis() + 1_000, random.nextInt(12) > 0, null, null, null, "user", request.caller());
    }

    private record Query(String name, Call call) {}

    private interface Call {
        Object run() throws Exception;
    }

    private static void read(LedgerSettings settings, int readings) throws Exception {
        try (LedgerReader reader = LedgerReader.open(settings)) {
            System.out.printf("%n| read | first ms | median ms | worst ms | of it (median): sums, flows, times, latest, callers |%n|---|---|---|---|---|%n");
            for (Window window : Window.values()) {
                windows(reader, window, null, null, readings);
            }
            for (Window window : Window.values()) {
                windows(reader, window, TASKS[1], null, readings);
            }
            for (Window window : Window.values()) {
                windows(reader, window, null, "team-3", readings);
            }
            Instant now = Instant.now();
            LedgerDays days = reader.days();
            time(
                    "drift, 90 days",
                    readings,
                    new Query("sums", () -> days.sums(LedgerDays.latest(now, 90))),
                    new Query("models", () -> days.models(LedgerDays.latest(now, 35))),
                    new Query("versions", days::versions));
        }
    }

    private static void windows(LedgerReader reader, Window window, String task, String caller, int readings) throws Exception {
        long to = window.end(Instant.now()).toEpochMilli();
        long from = to - window.length().toMillis();
        LedgerFilter filter = new LedgerFilter(from, to - 1, task, caller);
        String of = task != null ? ", one task" : caller != null ? ", one caller" : "";
        time(
                window.key() + of,
                readings,
                new Query("sums", () -> Audit.of(reader, filter)),
                new Query("flows", () -> reader.traffic().flows(filter)),
                new Query("slots", () -> reader.traffic().slots(filter, window.slots())),
                new Query("recent", () -> reader.traffic().recent(filter, 40)),
                new Query("callers", () -> reader.traffic().callers(LedgerFilter.between(from, to - 1))));
    }

    private static void time(String name, int readings, Query... queries) throws Exception {
        double[][] ms = new double[readings + 1][queries.length + 1];
        for (int n = 0; n <= readings; n++) {
            for (int q = 0; q < queries.length; q++) {
                long start = System.nanoTime();
                queries[q].call().run();
                ms[n][q] = (System.nanoTime() - start) / 1e6;
                ms[n][queries.length] += ms[n][q];
            }
        }
        StringBuilder parts = new StringBuilder();
        for (int q = 0; q < queries.length; q++) {
            parts.append(q == 0 ? "" : ", ").append(String.format(Locale.ROOT, "%.0f", sorted(ms, q)[readings / 2]));
        }
        double[] all = sorted(ms, queries.length);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.0f | %s |%n",
                name,
                ms[0][queries.length],
                all[readings / 2],
                all[readings - 1],
                parts);
    }

    /** One column without the first reading. */
    private static double[] sorted(double[][] ms, int column) {
        double[] values = new double[ms.length - 1];
        for (int n = 1; n < ms.length; n++) {
            values[n - 1] = ms[n][column];
        }
        java.util.Arrays.sort(values);
        return values;
    }
}
