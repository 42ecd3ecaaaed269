package tickets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Component;

/** The application's store of tickets: here in memory. */
@Component
public final class Tickets {
    /** A ticket on its queue. */
    public record Ticket(int id, String queue, String text) {}

    private final ObjectMapper json = new ObjectMapper();
    private final Map<Integer, Ticket> kept = new ConcurrentHashMap<>();
    private final AtomicInteger last = new AtomicInteger();

    /** Keeps a new ticket. @return it as JSON */
    public String keep(String text, String queue) throws JsonProcessingException {
        Ticket ticket = new Ticket(last.incrementAndGet(), queue, text);
        kept.put(ticket.id(), ticket);
        return json.writeValueAsString(ticket);
    }

    /** The ticket of this number as JSON; null if there is none, as for what is no number. */
    public String find(String id) throws JsonProcessingException {
        Ticket ticket = id.matches("[0-9]{1,9}") ? kept.get(Integer.valueOf(id)) : null;
        return ticket == null ? null : json.writeValueAsString(ticket);
    }
}
