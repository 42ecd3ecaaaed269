package dev.llmrouter.application;

import dev.llmrouter.camel.PropertyNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.util.StringHelper;

/**
 * What the application is told ({@code llm-router.*}, {@code server.address}, {@code server.port}, and any property of Camel
 * Main), and what holds where it is told nothing. In this order: arguments, system properties, environment variables
 * ({@code SERVER_PORT}, {@code LLM_ROUTER_POLICY}), {@code config/application.properties}, {@code application.properties}.
 *
 * @param policy resource URI of the routing policy
 * @param routes folder with route files that replace or extend the shipped ones
 */
record GatewaySettings(String policy, String routes) {
    /** Files of the working folder, the first wins. */
    static final String FILES =
            "file:config/application.properties;optional=true,file:application.properties;optional=true";

    /** Where route files are looked for unless somebody says so; it may be absent. */
    static final String LOCAL_ROUTES = "routes-xml-local";

    private static final String OWN = PropertyNames.PREFIX;
    private static final String POLICY = "llm-router.policy";
    private static final String EXAMPLE_POLICY = "classpath:llm-router/example-policy.yaml";
    private static final String ROUTES = "llm-router.routes";
    private static final Map<String, String> FOLDERS =
            Map.of("llm-router.data", "--data", "llm-router.evidence", "--evidence", "llm-router.files.in", "--files");

    /**
     * They are not in an application.properties, because that would be in the library jar and so in every user's
     * application.
     */
    static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry(POLICY, EXAMPLE_POLICY),
            Map.entry("llm-router.data", "./data"),
            Map.entry(ROUTES, LOCAL_ROUTES),
            Map.entry("llm-router.insecure", "false"),
            Map.entry("llm-router.allowed-hosts", ""),
            Map.entry("llm-router.cors-origins", ""),
            Map.entry("llm-router.gateway", "true"),
            Map.entry("llm-router.host", "{{server.address:127.0.0.1}}"),
            Map.entry("llm-router.port", "{{server.port:8080}}"),
            Map.entry("camel.component.llm-gateway.host", "{{llm-router.host}}"),
            Map.entry("camel.component.llm-gateway.port", "{{llm-router.port}}"),
            Map.entry("camel.main.name", "llm-router"),
            Map.entry("camel.main.shutdown-timeout", "30"),
            // after that: what waits for the ledger's database
            Map.entry("camel.main.extra-shutdown-timeout", "45"),
            Map.entry("camel.main.routes-collector-enabled", "false"),
            Map.entry("camel.main.startup-summary-level", "Off"),
            Map.entry("camel.main.auto-configuration-log-summary", "false"),
            Map.entry("camel.main.jmx-enabled", "false"));

    /** @throws SettingException for a value in a form that nobody here resolves; the message says which */
    static GatewaySettings of(CamelContext camel) {
        Properties set = camel.getPropertiesComponent()
                .loadProperties(name -> name.startsWith(OWN) || name.startsWith("server."));
        set.stringPropertyNames().stream()
                .filter(name -> set.getProperty(name).contains("${"))
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    throw new SettingException(name
                            + " has ${NAME} in it, which is not replaced here: write {{env:NAME}} for an environment"
                            + " variable, {{name.of.property}} for another property.");
                });
        String policy = camel.resolvePropertyPlaceholders("{{" + POLICY + "}}");
        return new GatewaySettings(
                policy.isBlank() ? EXAMPLE_POLICY : policy, camel.resolvePropertyPlaceholders("{{llm-router.routes}}"));
    }

    /**
     * The folder with route files.
     *
     * @throws SettingException if it was named and is not there, or is no folder
     */
    Path routesFolder() {
        Path folder;
        try {
            folder = Path.of(routes);
        } catch (InvalidPathException e) {
            throw new SettingException(ROUTES + " (--routes) is '" + routes + "', which is no file name.");
        }
        boolean isThere = Files.exists(folder);
        if (Files.isDirectory(folder) || (!isThere && routes.equals(LOCAL_ROUTES))) {
            return folder;
        }
        throw new SettingException("the folder with route files " + folder + " "
                + (isThere ? "is a file" : "is not there")
                + ": name a folder with --routes DIR or " + ROUTES + ", or leave it out for the shipped routes.");
    }

    /** @throws SettingException if a property of ours has a value that is none of its type; the message says which and what is allowed */
    static void checkValues(CamelContext camel, PropertyNames names) {
        for (String property : names.known()) {
            String value =
                    camel.getPropertiesComponent().resolveProperty(property).orElse("");
            String fault = names.valueFault(property, value).orElse("");
            if (!fault.isEmpty() && !property.equals(OWN + "port")) { // of the port BindAddress says which there are
                throw new SettingException(fault);
            }
        }
    }

    /**
     * Folders that are named may be made later; a file in the place of one would leave the ledger, evidence or work out without a word.
     *
     * @throws SettingException if one is a file
     */
    static void checkFolders(CamelContext camel) {
        FOLDERS.forEach((property, option) -> {
            String name =
                    camel.getPropertiesComponent().resolveProperty(property).orElse("");
            if (isFile(name)) {
                throw new SettingException(
                        property + " (" + option + ") is " + name + ", which is a file: name a folder.");
            }
        });
    }

    private static boolean isFile(String name) {
        try {
            return !name.isBlank() && Files.exists(Path.of(name)) && !Files.isDirectory(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * A byte order mark would become part of the first property's name, and UTF-16 of all names: nobody would read them.
     *
     * @throws SettingException if a file of settings begins with one
     */
    static void checkFiles(Path folder) {
        for (String name : new String[] {"config/application.properties", "application.properties"}) {
            byte[] first = firstBytes(folder.resolve(name));
            boolean isMarked = first.length == 3 && first[0] == (byte) 0xEF && first[1] == (byte) 0xBB;
            boolean isWide = first.length > 1
                    && (first[0] == 0 || first[1] == 0 || first[0] == (byte) 0xFF || first[0] == (byte) 0xFE);
            if (isMarked || isWide) {
                throw new SettingException(
                        name + " begins with a byte order mark or is in UTF-16, so that its settings would not be read."
                                + " Save it in UTF-8 without a mark.");
            }
        }
    }

    private static byte[] firstBytes(Path file) {
        if (!Files.isRegularFile(file)) {
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(3);
        } catch (IOException e) {
            throw new SettingException(file + " cannot be read: " + e.getMessage());
        }
    }

    /**
     * Properties from arguments. Words of our own names may be joined by dashes or by capitals.
     *
     * @param arguments {@code --name.of.property=value}; without a value it is true
     * @param names what there is below {@code llm-router.}
     * @throws SettingException for anything else
     */
    static Map<String, String> parse(List<String> arguments, PropertyNames names) {
        Map<String, String> properties = new LinkedHashMap<>();
        List<String> unknown = new ArrayList<>();
        for (String argument : arguments) {
            int end = argument.indexOf('=');
            String name = end < 0 ? argument : argument.substring(0, end);
            if (!name.startsWith("--") || !name.contains(".")) {
                unknown.add(argument);
                continue;
            }
            String property = name.substring(2);
            String dashed = property.startsWith(OWN)
                    ? OWN + StringHelper.camelCaseToDash(property.substring(OWN.length()))
                    : property;
            if (!names.accepts(dashed)) {
                throw new SettingException(argument.substring(0, name.length()) + ": " + names.fault(dashed));
            }
            properties.put(dashed, end < 0 ? "true" : argument.substring(end + 1));
        }
        if (!unknown.isEmpty()) {
            throw new SettingException("serve does not know '" + String.join("', '", unknown)
                    + "'. See serve --help; properties are given as --name.of.property=value.");
        }
        return properties;
    }
}
