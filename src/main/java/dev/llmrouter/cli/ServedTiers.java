package dev.llmrouter.cli;

import dev.llmrouter.camel.RouteFiles;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The tiers that route files serve, read from the files without starting a route: those of {@code from} with a URI
 * {@code direct:llm-tier-NAME}.
 */
final class ServedTiers {
    private static final String CLASSPATH = "classpath:";
    private static final String FILE = "file:";
    private static final Pattern TIER_URI = Pattern.compile("direct:(?://)?llm-tier-([^?{}]+)(?:\\?.*)?");
    /** In the YAML DSL: {@code from: direct:...}, or {@code uri} as the first key under {@code from}. */
    private static final Pattern YAML_FROM =
            Pattern.compile("\\bfrom:\\s*\\{?\\s*(?:uri:\\s*)?[\"']?(direct:[^\\s\"',}]+)");

    private ServedTiers() {}

    /**
     * Reads the shipped route files and those of a folder, which replace shipped ones of the same name.
     *
     * @param folder the user's routes; one that does not exist counts as empty
     * @return names of tiers; empty if there is no route file at all
     * @throws IOException if a file cannot be read or is no XML; the message names it
     */
    static Set<String> of(Path folder) throws IOException {
        Set<String> tiers = new TreeSet<>();
        for (String file : RouteFiles.locate(folder)) {
            byte[] content = read(file);
            if (file.endsWith(".xml")) {
                xml(content, file, tiers);
            } else {
                yaml(new String(content, StandardCharsets.UTF_8), tiers);
            }
        }
        return tiers;
    }

    /** A shipped file that is not on the class path counts as empty. */
    private static byte[] read(String file) throws IOException {
        if (file.startsWith(FILE)) {
            try (InputStream in = new FileInputStream(file.substring(FILE.length()))) {
                return in.readAllBytes();
            }
        }
        ClassLoader loader = ServedTiers.class.getClassLoader();
        try (InputStream in = loader.getResourceAsStream(file.substring(CLASSPATH.length()))) {
            return in == null ? new byte[0] : in.readAllBytes();
        }
    }

    static void xml(byte[] content, String file, Set<String> tiers) throws IOException {
        if (content.length == 0) {
            return;
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(content));
            try {
                while (reader.hasNext()) {
                    if (reader.next() == XMLStreamConstants.START_ELEMENT
                            && reader.getLocalName().equals("from")) {
                        add(reader.getAttributeValue(null, "uri"), tiers);
                    }
                }
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            Location at = e.getLocation();
            String place = at == null ? "" : ":" + at.getLineNumber() + ":" + at.getColumnNumber();
            throw new IOException(file + place + ": is no well-formed XML. Correct it, or remove the file.", e);
        }
    }

    private static void yaml(String content, Set<String> tiers) {
        Matcher from = YAML_FROM.matcher(content);
        while (from.find()) {
            add(from.group(1), tiers);
        }
    }

    private static void add(@Nullable String uri, Set<String> tiers) {
        Matcher tier = TIER_URI.matcher(uri == null ? "" : uri);
        if (tier.matches()) {
            tiers.add(tier.group(1));
        }
    }
}
