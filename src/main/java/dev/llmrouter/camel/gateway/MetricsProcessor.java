package dev.llmrouter.camel.gateway;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers with the meters, if the registry has a {@link MeterScrape}; else with 404 and what to do. */
public final class MetricsProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        MeterScrape scrape = exchange.getContext().getRegistry().findSingleByType(MeterScrape.class);
        exchange.getMessage()
                .setHeader(
                        Exchange.CONTENT_TYPE,
                        scrape == null ? "text/plain; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8");
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, scrape == null ? 404 : 200);
        exchange.getMessage()
                .setBody(
                        scrape == null
                                ? "No meters: put a PrometheusMeterRegistry and a MeterScrape into the Camel registry.\n"
                                : scrape.scrape());
    }
}
