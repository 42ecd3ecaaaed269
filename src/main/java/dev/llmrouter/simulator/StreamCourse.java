package dev.llmrouter.simulator;

import dev.llmrouter.chat.StreamEvent;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.dispatch.StreamItem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The course of a stream, without and with faults. */
final class StreamCourse {
    private final List<Course.Item> items = new ArrayList<>();
    private final int visible;

    StreamCourse(List<SimulatedAnswer.Step> steps, Behaviour behaviour) {
        int sent = 0;
        for (SimulatedAnswer.Step step : steps) {
            boolean start = step.event() instanceof StreamEvent.Start;
            boolean mark = step.tokens() == 0;
            long due = behaviour.dueNanos(start ? 0 : mark ? Math.max(0, sent - 1) : sent);
            items.add(new Course.Item(new StreamItem("", "", List.of(step.event())), step.tokens(), due));
            sent += start ? 0 : step.tokens();
        }
        visible = sent;
    }

    Course whole() {
        return new Course(List.copyOf(items), null, last(items), true);
    }

    /** All but the terminator. */
    Course withoutTerminator() {
        List<Course.Item> all = items.subList(0, items.size() - 1);
        return new Course(List.copyOf(all), null, last(all), true);
    }

    /** Fails after so many visible tokens and a wait. */
    Course broken(int afterTokens, ProviderException failure, Duration wait) {
        List<Course.Item> before = before(FaultNames.position(afterTokens, visible));
        long end = last(before) + wait.toNanos();
        return new Course(before.size() < 2 ? List.of() : before, failure, end, true);
    }

    /** Everything after so many visible tokens comes later. */
    Course delayed(int afterTokens, Duration pause) {
        int from = afterTokens == 0
                ? 0
                : before(FaultNames.position(afterTokens, visible)).size();
        List<Course.Item> late = new ArrayList<>(items.subList(0, from));
        for (Course.Item item : items.subList(from, items.size())) {
            late.add(new Course.Item(item.item(), item.tokens(), item.dueNanos() + pause.toNanos()));
        }
        return new Course(late, null, last(late), true);
    }

    private List<Course.Item> before(int tokens) {
        List<Course.Item> before = new ArrayList<>();
        int sent = 0;
        for (Course.Item item : items) {
            boolean start = before.isEmpty();
            if (!start && (sent + item.tokens() > tokens || sent >= tokens)) {
                break;
            }
            before.add(item);
            sent += start ? 0 : item.tokens();
        }
        return before;
    }

    private static long last(List<Course.Item> items) {
        return items.get(items.size() - 1).dueNanos();
    }
}
