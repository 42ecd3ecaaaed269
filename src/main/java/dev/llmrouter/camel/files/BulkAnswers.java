package dev.llmrouter.camel.files;

import dev.llmrouter.camel.BatchAnswer;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.FailedReplyException;
import dev.llmrouter.chat.MalformedReplyException;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.dispatch.ProviderException;
import dev.llmrouter.provider.BatchApi;
import dev.llmrouter.provider.BatchItem;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of a batch that has ended, each with what came of it, in the order of the input file, for Camel's splitter. Like
 * {@link BatchLines} it waits for a place before it gives one; memory holds where the answers are, not the answers.
 */
final class BulkAnswers implements Iterator<BatchLine>, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(BulkAnswers.class);

    private final FileBatches batches;
    private final Batch batch;
    private final Bulk bulk;
    private final BatchApi api;
    private final ProviderDialect dialect;
    private final Map<String, Place> places = new HashMap<>();
    private final LineReader reader;
    private final @Nullable RandomAccessFile answers;
    private byte @Nullable [] ahead;
    private boolean over;

    /** Where an answer, or the reason why there is none, stands in its file, in bytes. */
    private record Place(long start, int length, boolean answered) {}

    /** @param dialect of the answers */
    BulkAnswers(FileBatches batches, Batch batch, Bulk bulk, BatchApi api, ProviderDialect dialect) throws IOException {
        this.batches = batches;
        this.batch = batch;
        this.bulk = bulk;
        this.api = api;
        this.dialect = dialect;
        boolean any = Files.exists(bulk.answers());
        if (any) {
            index();
        }
        this.answers = any ? new RandomAccessFile(bulk.answers().toFile(), "r") : null;
        this.reader = new LineReader(batch.bulks().source());
    }

    private void index() throws IOException {
        try (LineReader lines = LineReader.ofResults(bulk.answers())) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                BatchItem item = api.item(line);
                if (item == null) {
                    LOG.warn(
                            "Line {} of the answers of batch {} cannot be read: the request that it is about counts as unanswered",
                            lines.number(),
                            bulk.state().id());
                } else {
                    Place place = new Place(lines.start(), line.length, item.reply() != null);
                    places.merge(item.customId(), place, (one, other) -> one.answered() ? one : other);
                }
            }
        }
    }

    /** False also where the context stops or the results cannot be written. */
    @Override
    public boolean hasNext() {
        try {
            while (ahead == null && !over) {
                byte[] line = batches.isEnding() || batch.broken() != null ? null : reader.next();
                if (line == null) {
                    close();
                } else if (bulk.lines().get(reader.number()) && !batch.isDone(reader.number())) {
                    ahead = line;
                }
            }
            return ahead != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public BatchLine next() {
        byte[] bytes = hasNext() ? ahead : null;
        if (bytes == null) {
            throw new NoSuchElementException();
        }
        BatchLine line = new BatchLine(batches, batch, reader.number(), bytes, answer(reader.number(), bytes));
        ahead = null;
        batches.acquire();
        return line;
    }

    private BulkAnswer answer(int line, byte[] bytes) {
        String fault = bulk.state().fault();
        try {
            String name = BulkSpool.customId(bulk.state().key(), line, bytes);
            BatchItem item = item(name);
            if (item == null && bulk.state().missing() > 0) {
                return missing(name);
            }
            byte[] reply = item == null ? null : item.reply();
            if (item != null && reply != null) {
                return answered(item, reply, line);
            }
            if (item != null) {
                fault = "The batch did not answer this line: " + item.fault() + ".";
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BulkAnswer(
                null,
                bulk.state().callsUnanswered()
                        ? null
                        : fault == null ? "The batch ended without an answer to this line." : fault);
    }

    /** The provider counts answers that it did not send: this may be one of them, and paid for. */
    private BulkAnswer missing(String name) {
        String what = "the batch's answer was not sent";
        return failed(
                name,
                new ProviderException(
                        ProviderException.Fault.MALFORMED, ChatError.of(ChatError.Kind.SERVER, 502, what), what),
                "The batch ended without an answer to this line, which may have been answered and paid for.");
    }

    /** An answer that failed, or cannot be read, was paid for all the same. */
    private BulkAnswer answered(BatchItem item, byte[] reply, int line) {
        try {
            return new BulkAnswer(answer(item.customId(), dialect.parseReply(reply), null), null);
        } catch (FailedReplyException e) {
            return failed(
                    item.customId(),
                    new ProviderException(ProviderException.Fault.STATUS, e.error(), "the batch's answer failed")
                            .whileWorking(e.usage()),
                    "The batch's answer to this line says of itself that it failed.");
        } catch (MalformedReplyException e) {
            LOG.warn(
                    "Batch {} answered line {} of {} with what is not of its dialect, at a cost that {}",
                    bulk.state().id(),
                    line,
                    batch.input().name(),
                    e.usage() == null ? "is not known" : "is booked by its usage");
            String what = "the batch's answer is not of its dialect";
            return failed(
                    item.customId(),
                    new ProviderException(
                                    ProviderException.Fault.MALFORMED,
                                    ChatError.of(ChatError.Kind.SERVER, 502, what),
                                    what,
                                    e)
                            .whileWorking(e.usage()),
                    "The batch answered this line with what is not of its dialect.");
        }
    }

    private BulkAnswer failed(String name, ProviderException failure, String fault) {
        return new BulkAnswer(answer(name, null, failure), bulk.state().callsUnanswered() ? null : fault);
    }

    private BatchAnswer answer(String name, @Nullable ChatReply reply, @Nullable ProviderException failure) {
        return new BatchAnswer(
                "req_"
                        + BatchInput.sha256(name.getBytes(StandardCharsets.UTF_8))
                                .substring(0, 32),
                bulk.state().tier(),
                bulk.state().model(),
                bulk.state().price(),
                String.valueOf(bulk.state().id()),
                reply,
                failure,
                bulk.state().callsUnanswered());
    }

    private @Nullable BatchItem item(String name) throws IOException {
        Place place = places.get(name);
        RandomAccessFile file = answers;
        if (place == null || file == null) {
            return null;
        }
        byte[] bytes = new byte[place.length()];
        file.seek(place.start());
        file.readFully(bytes);
        return api.item(bytes);
    }

    @Override
    public void close() throws IOException {
        over = true;
        try (reader) {
            if (answers != null) {
                answers.close();
            }
        }
    }
}
