package dev.llmrouter.camel.gateway;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Headers of the pages for people. */
final class PageHeaders {
    private PageHeaders() {}

    /** Of a page of HTML that nobody keeps. @param security its {@code Content-Security-Policy} */
    static void set(Message message, String security) {
        message.setHeader(Exchange.CONTENT_TYPE, "text/html; charset=utf-8");
        message.setHeader("Content-Security-Policy", security);
        message.setHeader("X-Content-Type-Options", "nosniff");
        message.setHeader("Referrer-Policy", "no-referrer");
        message.setHeader("Cache-Control", "no-store");
    }
}
