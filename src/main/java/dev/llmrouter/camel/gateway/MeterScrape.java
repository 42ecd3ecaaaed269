package dev.llmrouter.camel.gateway;

/** Writes all meters as text for a scraper; the application binds one that knows its registry. */
@FunctionalInterface
public interface MeterScrape {
    /** Prometheus' text format, version 0.0.4. */
    String scrape();
}
