package dev.llmrouter.chat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream of bytes into server-sent events (WHATWG HTML, section 9.2), however the bytes are split. The time is
 * linear in the bytes. Not safe for use by several threads.
 */
public final class SseParser {
    /** Bytes that one event may have unless said otherwise: 16 MB, room for an image in base64. */
    public static final int DEFAULT_EVENT_BYTES = 16_000_000;

    private final int maxEventBytes;
    private byte[] line = new byte[512];
    private int length;
    private boolean first = true;
    private boolean afterCarriageReturn;
    private String event = "";
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private int eventBytes;

    /**
     * An event.
     *
     * @param event its name; empty if it has none
     * @param data its data, lines joined by line feeds
     */
    public record Event(String event, String data) {}

    /** @param maxEventBytes bytes that one event may have, at least 1 */
    public SseParser(int maxEventBytes) {
        if (maxEventBytes < 1) {
            throw new IllegalArgumentException("maxEventBytes is " + maxEventBytes + "; allowed is 1 or more.");
        }
        this.maxEventBytes = maxEventBytes;
    }

    /** A parser with {@link #DEFAULT_EVENT_BYTES}. */
    public static SseParser ofDefaults() {
        return new SseParser(DEFAULT_EVENT_BYTES);
    }

    /**
     * The events that these bytes complete, in their order.
     *
     * @throws MalformedReplyException if an event is longer than allowed; the stream cannot be read on then
     */
    public List<Event> feed(byte[] bytes) throws MalformedReplyException {
        return feed(bytes, 0, bytes.length);
    }

    /** As {@link #feed(byte[])}, for a part of an array. */
    public List<Event> feed(byte[] bytes, int from, int count) throws MalformedReplyException {
        List<Event> events = new ArrayList<>(4);
        int end = from + count;
        int at = from;
        while (at < end) {
            if (afterCarriageReturn) {
                afterCarriageReturn = false;
                if (bytes[at] == '\n') {
                    at++;
                    continue;
                }
            }
            int stop = at;
            while (stop < end && bytes[stop] != '\n' && bytes[stop] != '\r') {
                stop++;
            }
            append(bytes, at, stop - at);
            if (stop < end) {
                afterCarriageReturn = bytes[stop] == '\r';
                line(events);
                stop++;
            }
            at = stop;
        }
        return events;
    }

    /** Whether bytes have come since the last complete event: then the stream was cut inside of one. */
    public boolean isInsideEvent() {
        return length > 0 || hasData;
    }

    /**
     * The event that stands complete but for its final empty line, as some servers end; to be asked for at the end of the
     * stream.
     */
    public List<Event> finish() {
        List<Event> events = new ArrayList<>(1);
        if (length > 0) {
            line(events);
        }
        dispatch(events);
        return events;
    }

    private void append(byte[] bytes, int from, int count) throws MalformedReplyException {
        eventBytes += count;
        if (eventBytes > maxEventBytes || eventBytes < 0) {
            throw new MalformedReplyException(
                    "An event of the stream has more than " + maxEventBytes + " bytes, which is the most that is read");
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, Math.min(2 * line.length, maxEventBytes)));
        }
        System.arraycopy(bytes, from, line, length, count);
        length += count;
    }

    private void line(List<Event> events) {
        int start = 0;
        if (first) {
            first = false;
            boolean mark = length >= 3 && line[0] == (byte) 0xef && line[1] == (byte) 0xbb && line[2] == (byte) 0xbf;
            start = mark ? 3 : 0;
        }
        if (length == start) {
            dispatch(events);
        } else if (startsWith("data", start)) {
            if (hasData) {
                data.append('\n');
            }
            data.append(value(start + 4));
            hasData = true;
        } else if (startsWith("event", start)) {
            event = value(start + 5);
        } else if (!hasData) {
            eventBytes = 0; // comments and other fields take no memory
        }
        length = 0;
    }

    private boolean startsWith(String field, int start) {
        int end = start + field.length();
        if (length < end || (length > end && line[end] != ':')) {
            return false;
        }
        for (int i = 0; i < field.length(); i++) {
            if (line[start + i] != field.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String value(int colon) {
        int start = Math.min(colon + 1, length);
        if (start < length && line[start] == ' ') {
            start++;
        }
        return new String(line, start, length - start, StandardCharsets.UTF_8);
    }

    private void dispatch(List<Event> events) {
        if (hasData) {
            events.add(new Event(event, data.toString()));
        }
        data.setLength(0);
        hasData = false;
        event = "";
        eventBytes = 0;
    }
}
