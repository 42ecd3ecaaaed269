package dev.llmrouter.policy.load;

import dev.llmrouter.policy.RoutingPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the policy in force and replaces it when its file changes.
 *
 * <p>A request takes the policy once, with {@link #get()}, and works with it to its end. The file is polled: its stamp on
 * each round, its text whenever the stamp differs and on every {@value #ROUNDS_PER_READ}th round besides, so that an edit
 * within the resolution of the file's time is seen too. What was changed counts once two reads in a row are alike: half of a
 * policy may be a valid one, with fewer tasks. A file that is broken, or absent for a moment, changes nothing; nor
 * does one that a {@link ReloadGuard} or a listener refuses.
 * Safe for use by many threads.
 */
public final class PolicyReloader implements Supplier<RoutingPolicy>, AutoCloseable {
    /** How often the file is looked at unless said otherwise: every second, so that a change is in force within two. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

    static final int ROUNDS_PER_READ = 5;

    /** Time between two reads of a file that has changed, in ms: whoever writes it is rarely silent for so long in the middle. */
    private static final long SETTLING_MILLIS = 200;

    /** Reads of a file that goes on changing; then the next round looks again. */
    private static final int SETTLING_READS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(PolicyReloader.class);

    private final PolicyLoader loader;
    private final PolicyResource resource;
    private volatile PolicyCheck latest;
    private volatile @Nullable String problem;
    private volatile RoutingPolicy current;
    private final List<PolicyListener> listeners = new CopyOnWriteArrayList<>();
    private @Nullable ScheduledExecutorService executor;
    private volatile @Nullable Rounds watch;
    private String seenText;
    private String seenStamp = "";
    private boolean unreadable;
    private boolean isHeldBack;
    private int rounds;

    private PolicyReloader(PolicyLoader loader, PolicyResource resource, PolicyCheck check) {
        this.loader = loader;
        this.resource = resource;
        this.latest = check;
        this.current = check.orThrow();
        this.seenText = check.fileText();
    }

    /**
     * Loads the policy for the first time; does not watch it yet.
     *
     * @throws IOException if the resource cannot be read
     * @throws PolicyException if the policy is not usable
     */
    public static PolicyReloader open(PolicyLoader loader, PolicyResource resource) throws IOException {
        return new PolicyReloader(loader, resource, loader.check(resource.read(), resource.source()));
    }

    /** The policy in force. */
    @Override
    public RoutingPolicy get() {
        return current;
    }

    /** What came of the text that was read last, usable or not. */
    public PolicyCheck latestCheck() {
        return latest;
    }

    /** Why the file as it is now is not in force, in one line; null if it is. */
    public @Nullable String problem() {
        return problem;
    }

    /** Why changes of the file may not be seen, in a sentence: looking at it fails, or takes too long. Null for nothing. */
    public @Nullable String watchProblem() {
        Rounds rounds = watch;
        return rounds == null ? null : rounds.problem();
    }

    /** Adds a listener. @return removes it again */
    public Runnable subscribe(PolicyListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Begins to look at the file, on a daemon thread. @param interval time between two looks, 10 ms or more */
    public synchronized void start(Duration interval) {
        if (interval.toMillis() < 10) {
            throw new IllegalArgumentException("the interval is " + interval + "; allowed: 10 ms or more");
        }
        if (executor != null) {
            return;
        }
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "llm-router-policy");
            thread.setDaemon(true);
            return thread;
        });
        executor = started;
        watch = Rounds.start(started, interval, interval, "Looking at policy " + resource.source(), () -> look(false));
        LOG.debug("Watching {} every {} ms", resource.source(), interval.toMillis());
    }

    /** Stops looking; the policy in force stays. */
    @Override
    public synchronized void close() {
        if (executor != null) {
            executor.shutdownNow();
            executor = null;
            watch = null;
        }
    }

    /** Reads the file now and takes it over if it has changed and is usable. @return whether a new policy is in force */
    public boolean reload() {
        return look(true);
    }

    private synchronized boolean look(boolean now) {
        String text;
        String stamp;
        try {
            stamp = resource.stamp();
            rounds++;
            boolean read = now || stamp.isEmpty() || !stamp.equals(seenStamp) || rounds % ROUNDS_PER_READ == 0;
            if (!read && !unreadable) {
                return false;
            }
            String found = resource.read();
            String whole = now || found.equals(seenText) ? found : settled(found);
            if (whole == null) {
                return false;
            }
            text = whole;
        } catch (IOException e) {
            tellUnreadable(e);
            return false;
        }
        if (unreadable) {
            unreadable = false;
            problem = latest.isUsable() ? null : refusal(latest);
        }
        boolean isSeen = text.equals(seenText);
        if (isSeen && !isHeldBack) {
            seenStamp = stamp;
            return false;
        }
        PolicyCheck read = loader.check(text, resource.source());
        PolicyCheck check = prepared(ReloadGuard.guarded(current, read));
        seenStamp = stamp; // not before: what an error keeps from being checked is checked again
        seenText = text;
        isHeldBack = read.isUsable() && !check.isUsable(); // a key may be set, or a failure pass, without another text
        if (isSeen && isHeldBack) {
            latest = check;
            problem = refusal(check); // the reason may be another by now
            return false;
        }
        return take(check);
    }

    /** @return what two reads in a row said; null where the file goes on changing: the next round looks again */
    private @Nullable String settled(String text) throws IOException {
        String before = text;
        for (int i = 0; i < SETTLING_READS; i++) {
            try {
                TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
            String after = resource.read();
            if (after.equals(before)) {
                return after;
            }
            before = after;
        }
        return null;
    }

    /** What a listener cannot work with is refused, with what it said as the reason. */
    private PolicyCheck prepared(PolicyCheck check) {
        RoutingPolicy policy = check.policy();
        if (policy == null || policy.hash().equals(current.hash())) {
            return check;
        }
        for (PolicyListener listener : listeners) {
            try {
                listener.prepare(policy);
            } catch (RuntimeException e) {
                if (!check.fileText().equals(seenText)) {
                    LOG.error("Policy {}: {} cannot be put in force", policy.source(), policy.hash(), e);
                }
                return ReloadGuard.refused(
                        check,
                        new Problem(
                                Severity.UNUSABLE,
                                1,
                                1,
                                "",
                                "cannot be put in force: " + Quoted.bare(e.toString()),
                                "Undo what has changed last, and report this."));
            }
        }
        return check;
    }

    private boolean take(PolicyCheck check) {
        latest = check;
        RoutingPolicy running = current;
        RoutingPolicy policy = check.policy();
        boolean wasRefused = problem != null;
        problem = policy == null ? refusal(check) : null;
        if (policy == null) {
            LOG.warn(
                    "Policy {} has changed and cannot be used; {} stays in force.\n{}",
                    running.source(),
                    running.hash(),
                    check.text());
            tell(listener -> listener.refused(running, check));
            return false;
        }
        if (policy.hash().equals(running.hash())) {
            if (wasRefused) {
                LOG.info("Policy {} is the text in force again: {}", running.source(), running.hash());
            }
            return false;
        }
        current = policy;
        if (check.hasErrors()) {
            LOG.warn(
                    "Policy {}: {} replaces {}, with errors:\n{}",
                    policy.source(),
                    policy.hash(),
                    running.hash(),
                    check.text());
        } else {
            LOG.info("Policy {}: {} replaces {}", policy.source(), policy.hash(), running.hash());
        }
        tell(listener -> listener.changed(running, policy, check));
        return true;
    }

    private static String refusal(PolicyCheck check) {
        return check.problems().stream()
                .filter(each -> each.severity() == Severity.UNUSABLE)
                .findFirst()
                .map(first -> "line " + first.line() + ": " + first.message())
                .orElse("the file cannot be loaded");
    }

    private void tellUnreadable(IOException e) {
        RoutingPolicy running = current;
        String reason = e.getClass().getSimpleName() + ": " + Quoted.bare(String.valueOf(e.getMessage()));
        problem = "the file cannot be read: " + reason;
        if (unreadable) {
            return;
        }
        unreadable = true;
        LOG.warn("Policy {} cannot be read; {} stays in force: {}", resource.source(), running.hash(), reason);
        tell(listener -> listener.unreadable(running, reason));
    }

    private void tell(Consumer<PolicyListener> message) {
        for (PolicyListener listener : listeners) {
            try {
                message.accept(listener);
            } catch (RuntimeException | Error e) {
                // One listener must not keep the others from hearing it.
                LOG.error("A policy listener failed", e);
            }
        }
    }
}
