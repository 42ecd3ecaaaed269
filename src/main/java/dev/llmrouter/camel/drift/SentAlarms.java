package dev.llmrouter.camel.drift;

import dev.llmrouter.audit.drift.DriftAlarm;
import dev.llmrouter.audit.drift.DriftReport;
import dev.llmrouter.audit.drift.Kind;
import dev.llmrouter.audit.drift.Watched;
import java.io.File;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
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
 * alarm has ended when its series is steady or is gone; one that is uncertain, or has too few requests, has not. That of versions is
 * sent again when one of them was not told yet ({@link DriftAlarm#topics}), and not when one of several has ended.
 */
public final class SentAlarms extends ServiceSupport implements IdempotentRepository, Processor {
    private static final int MOST = 100_000;

    /** What is kept of alarms about versions, by their ids. */
    private final Map<String, Set<String>> versions = new ConcurrentHashMap<>();

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
                .collect(Collectors.toCollection(HashSet::new));
        versions.keySet().retainAll(alive);
        for (DriftAlarm alarm : report.alarms()) {
            if (alarm.subject().kind() == Kind.VERSION) {
                versions.put(alarm.subject().id(), alarm.topics());
                alive.remove(alarm.subject().id());
                alive.addAll(alarm.topics());
            }
        }
        for (String kept : new TreeSet<>(sent.keySet())) {
            if (!alive.contains(kept)) {
                repository.remove(kept); // it has ended
            }
        }
        exchange.getMessage().setBody(List.copyOf(report.alarms()));
    }

    private Set<String> topics(String id) {
        return versions.getOrDefault(id, Set.of(id));
    }

    /** Does it to all of them. @return whether that changed something */
    private static boolean any(Set<String> topics, Predicate<String> each) {
        return topics.stream().filter(each).count() > 0; // all of them are asked, not those up to the first one alone
    }

    @Override
    public boolean add(String key) {
        return any(topics(key), repository::add);
    }

    @Override
    public boolean contains(String key) {
        return topics(key).stream().allMatch(repository::contains);
    }

    @Override
    public boolean remove(String key) {
        return any(topics(key), repository::remove);
    }

    @Override
    public boolean confirm(String key) {
        return any(topics(key), repository::confirm);
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
