package dev.llmrouter.camel.validate;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Hands on one item as soon as there is a place for it, so that nothing piles up before the threads. Use by one thread at a time. */
final class PlacedIterator<T> implements Iterator<T>, Closeable {
    /** Gives the items one by one. */
    interface Source<T> extends Closeable {
        /** @return null at the end */
        @Nullable
        T next() throws IOException;
    }

    private final Source<T> source;
    private final Semaphore places;
    private final BooleanSupplier isStopped;
    private @Nullable T next;
    private boolean isOver;

    /** @param places is taken one for each item; who has dealt with it gives it back */
    PlacedIterator(Source<T> source, Semaphore places, BooleanSupplier isStopped) {
        this.source = source;
        this.places = places;
        this.isStopped = isStopped;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !isOver) {
            try {
                next = hasPlace() ? source.next() : null;
                if (next == null) {
                    isOver = true;
                    source.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the data set cannot be read: " + e.getMessage(), e);
            }
        }
        return next != null;
    }

    private boolean hasPlace() {
        try {
            while (!isStopped.getAsBoolean()) {
                if (places.tryAcquire(200, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    @Override
    public T next() {
        T item = hasNext() ? next : null;
        if (item == null) {
            throw new NoSuchElementException("there is no more to ask");
        }
        next = null;
        return item;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
