package dev.llmrouter.camel.gateway;

import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.report.RoutingDocument;
import dev.llmrouter.report.page.Block;
import dev.llmrouter.report.page.HtmlPage;
import dev.llmrouter.report.page.Markdown;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import org.apache.camel.Exchange;

/** The routing documentation of the policy and the evidence in force; Markdown for who asks for {@code text/markdown}. */
public final class PolicyPageProcessor extends PolicyStep {
    private final Clock clock = Clock.systemDefaultZone();

    @Override
    public void process(Exchange exchange) {
        LoadedPolicy loaded = loaded(exchange.getContext());
        List<Block> blocks = RoutingDocument.of(loaded.policy(), loaded.evidence(), LocalDate.now(clock), null);
        String accepted = exchange.getMessage().getHeader("Accept", "", String.class);
        boolean markdown = accepted.toLowerCase(Locale.ROOT).contains("text/markdown");
        PageHeaders.set(exchange.getMessage(), HtmlPage.CONTENT_SECURITY_POLICY);
        if (markdown) {
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/markdown; charset=utf-8");
        }
        exchange.getMessage()
                .setBody(
                        markdown
                                ? Markdown.write(blocks)
                                : HtmlPage.writeWithWayBack("Routing of LLM requests", blocks));
    }
}
