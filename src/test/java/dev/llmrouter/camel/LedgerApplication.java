package dev.llmrouter.camel;

import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;

/** Asks questions, in a process of its own, and prints when each was answered; until it is killed. */
public final class LedgerApplication {
    private LedgerApplication() {}

    /** @param arguments the data folder, a policy, the ledger's durability, and how many ask at once */
    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.addInitialProperty("camel.main.routes-include-pattern", "classpath:routes-xml/*.xml");
        main.addInitialProperty("llm-router.data", arguments[0]);
        main.addInitialProperty("llm-router.policy", arguments[1]);
        main.addInitialProperty("llm-router.ledger.durability", arguments[2]);
        main.start();
        Objects.requireNonNull(LlmRouterContext.of(main.getCamelContext()).ledger())
                .awaitOpenedForever();
        ProducerTemplate template = main.getCamelTemplate();
        for (int i = 1; i < Integer.parseInt(arguments[3]); i++) {
            Thread thread = new Thread(() -> ask(template));
            thread.setDaemon(true);
            thread.start();
        }
        ask(template);
    }

    private static void ask(ProducerTemplate template) {
        while (true) {
            Exchange answer = template.request(
                    "direct:llm-route", exchange -> exchange.getMessage().setBody("Hello"));
            String id = answer.getMessage().getHeader(LlmRouterConstants.REQUEST_ID, String.class);
            System.out.println("answered " + System.currentTimeMillis() + " " + id);
        }
    }
}
