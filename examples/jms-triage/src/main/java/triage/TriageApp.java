package triage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.invm.InVMConnector;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.camel.Exchange;
import org.apache.camel.main.Main;

/**
 * Sorts the tickets of a queue until it is stopped. Without BROKER_URL it shows itself instead: a broker inside this
 * process, the tickets of the folder {@code tickets}, and where each of them went.
 */
public final class TriageApp {
    private static final List<String> QUEUES = List.of("billing", "technical", "general");
    private static final long WAIT_MS = 30_000;

    private TriageApp() {}

    public static void main(String[] arguments) throws Exception {
        if (System.getenv("BROKER_URL") != null) {
            new Main().run();
            return;
        }
        EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
        broker.setConfiguration(new ConfigurationImpl()
                        .setPersistenceEnabled(false)
                        .setSecurityEnabled(false)
                        .addAcceptorConfiguration("inside", "vm://0")
                        .addAddressSetting("#", new AddressSettings().setAutoCreateQueues(true)))
                .start();
        Main main = new Main();
        try {
            main.start();
            show(main);
        } finally {
            main.stop();
            broker.stop();
            InVMConnector.resetThreadPool(); // its idle threads would keep the process for a minute
        }
    }

    private static void show(Main main) throws Exception {
        List<Path> tickets;
        try (Stream<Path> files = Files.list(Path.of("tickets"))) {
            tickets = files.sorted().toList();
        }
        for (Path ticket : tickets) {
            String name = ticket.getFileName().toString();
            main.getCamelTemplate()
                    .sendBodyAndHeader("jms:queue:tickets", Files.readString(ticket).strip(), "ticket", name);
        }
        int sorted = 0;
        for (String queue : QUEUES) {
            long expected = tickets.stream()
                    .filter(ticket -> ticket.getFileName().toString().startsWith(queue))
                    .count();
            for (; expected > 0; expected--, sorted++) {
                Exchange ticket =
                        main.getCamelContext().createConsumerTemplate().receive("jms:queue:" + queue, WAIT_MS);
                if (ticket == null) {
                    throw new IllegalStateException("a ticket that belongs to the queue " + queue + " is not there");
                }
                String name = ticket.getMessage().getHeader("ticket", String.class);
                if (!name.startsWith(queue)) {
                    throw new IllegalStateException(name + " is on the queue " + queue);
                }
                System.out.printf("%-10s <- %s: %s%n", queue, name, ticket.getMessage().getBody(String.class));
            }
        }
        System.out.println("ALL " + sorted + " SORTED");
    }
}
