package dev.llmrouter.camel.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/** Collects the body of one request: no further than the limit, the room, and the time that there are for it. */
final class BodyReader {
    /** Why a body is not read to its end. */
    enum Fault {
        TOO_LARGE,
        /** The bodies under way have all the bytes that there are for them. */
        NO_ROOM,
        TOO_SLOW
    }

    /**
     * What the body of a request may be.
     *
     * @param millis from its head to its end
     * @param advice what to do about one that is larger; a sentence after a space
     */
    record Limits(int maxBytes, long millis, String advice) {}

    private final HttpServerRequest request;
    private final Limits limits;
    private final Admission.Ticket ticket;
    private final Vertx vertx;
    private final Consumer<Fault> refused;
    private final Consumer<Buffer> whole;
    private Buffer collected = Buffer.buffer();
    private boolean ours;
    private boolean over;
    private long timer;

    /**
     * @param refused takes why the body was given up; the ticket has been given back then
     * @param whole takes the body; the ticket is its taker's then
     */
    BodyReader(
            HttpServerRequest request,
            Limits limits,
            Admission.Ticket ticket,
            Vertx vertx,
            Consumer<Fault> refused,
            Consumer<Buffer> whole) {
        this.request = request;
        this.limits = limits;
        this.ticket = ticket;
        this.vertx = vertx;
        this.refused = refused;
        this.whole = whole;
    }

    void read() {
        timer = vertx.setTimer(limits.millis(), late -> giveUp(Fault.TOO_SLOW));
        request.exceptionHandler(broken -> {
            if (finish()) {
                ticket.close();
            }
        });
        request.handler(this::take);
        request.endHandler(nothing -> {
            if (finish()) {
                Buffer body = collected;
                collected = Buffer.buffer();
                whole.accept(body);
            }
        });
    }

    private void take(Buffer chunk) {
        if (over) {
            return;
        }
        long size = (long) collected.length() + chunk.length();
        if (size > limits.maxBytes()) {
            giveUp(Fault.TOO_LARGE);
        } else if (!ticket.holds(size)) {
            giveUp(Fault.NO_ROOM);
        } else if (collected.length() == 0) {
            collected = chunk;
        } else {
            append(chunk);
        }
    }

    /** The first chunk is not ours to write into: copied once, then grown in place. */
    private void append(Buffer chunk) {
        if (!ours) {
            ours = true;
            collected = Buffer.buffer(4 * collected.length()).appendBuffer(collected);
        }
        collected.appendBuffer(chunk);
    }

    private void giveUp(Fault fault) {
        if (finish()) {
            collected = Buffer.buffer();
            ticket.close();
            refused.accept(fault);
        }
    }

    private boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        vertx.cancelTimer(timer);
        return true;
    }
}
