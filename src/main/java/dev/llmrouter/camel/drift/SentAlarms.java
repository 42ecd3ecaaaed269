package dev.llmrouter.camel.drift;

import dev.llmrouter.audit.drift.DriftAlarm;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.audit.drift.Watched;
import java.io.File;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.LRUCacheFactory;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which alarms were sent and have not ended. As a step it forgets those that have ended and makes the alarms of a
 * {@link DriftReport} the body, for a splitter; as a repository it keeps an idempotent consumer from sending one twice. An
 * alarm has ended when its series is steady or is gone; one that is uncertain, or has too few requests, has not. That of a model's
 * version is sent again when it is about another version; which one it was about is kept with it.
 */
public final class SentAlarms extends ServiceSupport implements IdempotentRepository, Processor {
    private static final int MOST = 100_000;

    /** Ends what is kept of an alarm that is about a version. */
    private static final Pattern VERSION = Pattern.compile("#[0-9a-f]{8}$");

    /** What is kept of alarms about versions, by their ids. */
    private final Map<String, String> versions = new ConcurrentHashMap<>();

    private Map<String, Object> sent = LRUCacheFactory.newLRUCache(MOST);
    private IdempotentRepository repository = MemoryIdempotentRepository.memoryIdempotentRepository(sent);

    /** File that remembers them over a restart; default: none, memory only. */
    public void setFile(@Nullable String file) {
        if (file != null && !file.isBlank()) {
            sent = LRUCacheFactory.newLRUCache(MOST);
            repository = FileIdempotentRepository.fileIdempotentRepository(new File(file), sent);
        }
    }

    @Override
    public void process(Exchange exchange) {
        DriftReport report = exchange.getMessage().getBody(DriftReport.class);
        Set<String> alive = report.watched().stream()
                .filter(each -> each.state() != Watched.State.STEADY)
                .map(each -> each.subject().id())
                .collect(Collectors.toSet());
        versions.keySet().retainAll(alive);
        for (DriftAlarm alarm : report.alarms()) {
            if (alarm.subject().kind() == Kind.VERSION) {
                String id = alarm.subject().id();
                versions.put(
                        id, id + '#' + HexFormat.of().toHexDigits(alarm.text().hashCode()));
            }
        }
        for (String kept : new TreeSet<>(sent.keySet())) {
            String id = alive.contains(kept) ? kept : VERSION.matcher(kept).replaceFirst("");
            if (!alive.contains(id) || !kept.equals(versions.getOrDefault(id, kept))) {
                repository.remove(kept); // it has ended, or told of another version
            }
        }
        exchange.getMessage().setBody(List.copyOf(report.alarms()));
    }

    private String kept(String id) {
        return versions.getOrDefault(id, id);
    }

    @Override
    public boolean add(String key) {
        return repository.add(kept(key));
    }

    @Override
    public boolean contains(String key) {
        return repository.contains(kept(key));
    }

    @Override
    public boolean remove(String key) {
        return repository.remove(kept(key));
    }

    @Override
    public boolean confirm(String key) {
        return repository.confirm(kept(key));
    }

    @Override
    public void clear() {
        repository.clear();
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(repository);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(repository);
    }
}
