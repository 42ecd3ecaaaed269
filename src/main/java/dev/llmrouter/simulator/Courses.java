package dev.llmrouter.simulator;

import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.policy.Timeouts;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Works out what comes of an attempt that meets a fault. */
final class Courses {
    private final Behaviour behaviour;
    private final Timeouts timeouts;
    private final Failures failures;

    Courses(Behaviour behaviour, Timeouts timeouts, Failures failures) {
        this.behaviour = behaviour;
        this.timeouts = timeouts;
        this.failures = failures;
    }

    /** The faults that strike before the provider works on an answer; null if the fault is none of these. */
    @Nullable
    Course refusal(Fault fault, boolean stream) {
        long first = behaviour.dueNanos(0);
        if (fault instanceof Fault.Status status) {
            return inTime(Course.refused(failures.status(status.error()), first), stream);
        }
        if (fault instanceof Fault.Hang) {
            return silent(stream, false);
        }
        if (fault instanceof Fault.Reset) {
            return Course.refused(failures.of(ProviderException.Fault.RESET), 0);
        }
        if (fault instanceof Fault.Html) {
            return inTime(Course.refused(failures.of(ProviderException.Fault.MALFORMED), first), stream);
        }
        if (fault instanceof Fault.Redirect) {
            return Course.refused(failures.of(ProviderException.Fault.REDIRECT), 0);
        }
        return null;
    }

    Course stream(Fault fault, StreamCourse stream) {
        return inTime(faulty(fault, stream), true);
    }

    private Course faulty(Fault fault, StreamCourse stream) {
        if (fault instanceof Fault.Cut cut) {
            return broken(stream, cut.afterTokens(), ProviderException.Fault.TRUNCATED);
        }
        if (fault instanceof Fault.MalformedChunk chunk) {
            return broken(stream, chunk.afterTokens(), ProviderException.Fault.MALFORMED);
        }
        if (fault instanceof Fault.NoTerminator) {
            return broken(stream, Integer.MAX_VALUE, ProviderException.Fault.TRUNCATED);
        }
        if (fault instanceof Fault.TruncatedJson || fault instanceof Fault.WrongContentLength) {
            return broken(stream, FaultNames.MIDDLE, ProviderException.Fault.RESET);
        }
        if (fault instanceof Fault.ErrorEvent event) {
            return stream.broken(event.afterTokens(), failures.status(event.error()), Duration.ZERO);
        }
        if (fault instanceof Fault.SlowFirstToken slow) {
            return stream.delayed(0, slow.delay());
        }
        if (fault instanceof Fault.Stall stall) {
            return stall.pause().compareTo(timeouts.idle()) < 0
                    ? stream.delayed(stall.afterTokens(), stall.pause())
                    : stream.broken(
                            stall.afterTokens(), failures.of(ProviderException.Fault.IDLE_TIMEOUT), timeouts.idle());
        }
        return fault instanceof Fault.NoDone ? stream.withoutTerminator() : stream.whole();
    }

    private Course broken(StreamCourse stream, int afterTokens, ProviderException.Fault fault) {
        return stream.broken(afterTokens, failures.of(fault), Duration.ZERO);
    }

    /** @param doneNanos when the whole answer is made */
    Course whole(Fault fault, long doneNanos) {
        if (fault instanceof Fault.Cut || fault instanceof Fault.WrongContentLength) {
            return inTime(Course.spoilt(failures.of(ProviderException.Fault.RESET), doneNanos), false);
        }
        if (fault instanceof Fault.MalformedChunk || fault instanceof Fault.TruncatedJson) {
            return inTime(Course.spoilt(failures.of(ProviderException.Fault.MALFORMED), doneNanos), false);
        }
        if (fault instanceof Fault.ErrorEvent event) {
            return inTime(Course.spoilt(failures.status(event.error()), doneNanos), false);
        }
        if (fault instanceof Fault.SlowFirstToken slow) {
            return inTime(Course.endsWell(doneNanos + slow.delay().toNanos()), false);
        }
        if (fault instanceof Fault.Stall stall) {
            return inTime(Course.endsWell(doneNanos + stall.pause().toNanos()), false);
        }
        return inTime(Course.endsWell(doneNanos), false);
    }

    private Course inTime(Course course, boolean stream) {
        return course.firstNanos() > limitNanos(stream) ? silent(stream, course.worked()) : course;
    }

    /** Nothing comes before a timeout strikes. */
    private Course silent(boolean stream, boolean worked) {
        boolean firstToken = stream && timeouts.firstToken().compareTo(timeouts.headers()) < 0;
        ProviderException.Fault fault =
                firstToken ? ProviderException.Fault.FIRST_TOKEN_TIMEOUT : ProviderException.Fault.HEADERS_TIMEOUT;
        return new Course(List.of(), failures.of(fault), limitNanos(stream), worked);
    }

    private long limitNanos(boolean stream) {
        long headers = timeouts.headers(stream, null).toNanos();
        return stream ? Math.min(headers, timeouts.firstToken().toNanos()) : headers;
    }
}
