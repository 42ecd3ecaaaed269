package dev.llmrouter.camel.validate;

import dev.llmrouter.camel.LlmRouterConstants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a file of the watched folder is moved to: a folder named by its verdict. Camel's consumer deletes what lies under a name
 * that it moves a file to, so a data set gets a number where another one lies there. A file that is not what was validated fails here,
 * and stays for the next look.
 */
public final class ValidatePutAwayProcessor implements Processor {
    /** Exchange property: the place that the file is moved to, relative to its folder. */
    public static final String TARGET = "CamelLlmRouterValidateTarget";

    private static final Logger LOG = LoggerFactory.getLogger(ValidatePutAwayProcessor.class);
    private static final int MAX_NUMBER = 100_000;

    /** @throws IOException if the file is to stay where it is; the message says why */
    @Override
    public void process(Exchange exchange) throws IOException {
        ValidationFiles files = ValidationFiles.of(exchange);
        if (files == null) {
            throw new IllegalStateException("no data set was validated: direct:llm-validate comes before this step");
        }
        String change = files.change();
        if (change != null) {
            files.clear();
            LOG.warn(
                    "{} stays in its folder, for the next look: {}",
                    files.data().getFileName(),
                    change);
            throw new IOException(change);
        }
        String verdict = exchange.getMessage().getHeader(LlmRouterConstants.VERDICT, String.class);
        exchange.setProperty(TARGET, target(files.data(), "." + verdict));
    }

    private static String target(Path file, String folder) throws IOException {
        String name = String.valueOf(file.getFileName());
        for (int number = 1; number <= MAX_NUMBER; number++) {
            String numbered = numbered(name, number);
            Path there = file.resolveSibling(folder).resolve(numbered);
            if (Files.notExists(there) || Files.mismatch(there, file) < 0) {
                if (number > 1) {
                    LOG.info("{} goes to {}: another data set lies there under its name", name, there);
                }
                return folder + "/" + numbered;
            }
        }
        throw new IOException("folder " + folder + " holds " + MAX_NUMBER + " data sets named " + name
                + ". Move what is done elsewhere.");
    }

    /** {@code tickets.2.jsonl.gz} of {@code tickets.jsonl.gz}: the name of the first has no number. */
    private static String numbered(String name, int number) {
        int dot = name.toLowerCase(Locale.ROOT).lastIndexOf(".jsonl");
        int end = dot < 0 ? name.length() : dot;
        return number == 1 ? name : name.substring(0, end) + "." + number + name.substring(end);
    }
}
