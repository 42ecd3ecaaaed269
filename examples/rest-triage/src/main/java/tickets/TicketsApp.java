package tickets;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The ticket API. With {@code -Dtickets.demo=true} it asks itself some questions, prints the answers and ends. */
@SpringBootApplication
public class TicketsApp {
    public static void main(String[] arguments) throws Exception {
        ConfigurableApplicationContext application = SpringApplication.run(TicketsApp.class, arguments);
        if (application.getEnvironment().getProperty("tickets.demo", Boolean.class, false)) {
            try (application) {
                new Demo(application).run();
            }
        }
    }
}
