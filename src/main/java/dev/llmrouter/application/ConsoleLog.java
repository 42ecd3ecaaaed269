package dev.llmrouter.application;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of the application, on its standard output: {@code logging.level.NAME} sets a level, {@code logging.pattern.console}
 * the form of a line, and {@code logging.config} names a file of Logback's in place of both. Not in a logback.xml, because
 * that would be in the library jar and so in every user's application.
 */
public final class ConsoleLog {
    private static final String LEVEL = "logging.level.";
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex{6}";
    private static final String ROOT = "root";
    private static final Map<String, String> LEVELS =
            Map.of(ROOT, "info", "dev.llmrouter", "info", "llm.router.requests", "info");

    /**
     * Where names of classes begin. Of classes that are not the router's only warnings are shown; what is left are loggers with names of a
     * user's own, such as those of the {@code log} steps of his routes, which go by the route's id.
     */
    private static final List<String> OF_CLASSES = List.of("ch", "com", "io", "javax", "jdk", "net", "org", "sun");

    private ConsoleLog() {}

    /** No log line is written from here on, until an application sets up its own logging: for commands, whose output is theirs. */
    public static void keepOffTheOutput() {
        LoggerContext context = context();
        if (context != null) {
            context.reset();
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        }
    }

    /** What holds until the settings are known. */
    static void start() {
        LoggerContext context = context();
        if (context != null) {
            toConsole(context, PATTERN, defaults());
        }
    }

    /** @throws IllegalArgumentException if a setting is not understood; the message says which */
    static void configure(CamelContext camel) {
        LoggerContext context = context();
        if (context == null) {
            return;
        }
        PropertiesComponent properties = camel.getPropertiesComponent();
        String file = properties.resolveProperty("logging.config").orElse("");
        if (!file.isBlank()) {
            fromFile(context, Path.of(file));
            return;
        }
        toConsole(context, properties.resolveProperty("logging.pattern.console").orElse(PATTERN), levels(properties));
    }

    private static Map<String, String> defaults() {
        Map<String, String> levels = new TreeMap<>(LEVELS);
        OF_CLASSES.forEach(name -> levels.put(name, "warn"));
        return levels;
    }

    /** Those of before, and what the settings say; names of loggers are theirs. */
    private static Map<String, String> levels(PropertiesComponent properties) {
        boolean isRootGiven = properties.resolveProperty(LEVEL + ROOT).isPresent();
        Map<String, String> levels = isRootGiven ? new TreeMap<>(LEVELS) : defaults();
        Stream.concat(
                        properties.loadProperties(name -> name.startsWith(LEVEL)).stringPropertyNames().stream(),
                        System.getProperties().stringPropertyNames().stream())
                .filter(name -> name.startsWith(LEVEL))
                .forEach(name -> levels.put(name.substring(LEVEL.length()), ""));
        levels.replaceAll(
                (name, level) -> properties.resolveProperty(LEVEL + name).orElse(level)); // by the order of settings
        return levels;
    }

    private static void toConsole(LoggerContext context, String pattern, Map<String, String> levels) {
        context.reset();
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern(pattern);
        lines.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setEncoder(lines);
        console.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(console);
        levels.forEach((name, level) -> context.getLogger(name).setLevel(level(name, level)));
    }

    private static Level level(String name, String level) {
        Level known = Level.toLevel(level, null);
        if (known == null) {
            throw new IllegalArgumentException(
                    LEVEL + name + " is '" + level + "'; allowed are off, error, warn, info, debug and trace.");
        }
        return known;
    }

    private static void fromFile(LoggerContext context, Path file) {
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        try {
            configurator.doConfigure(file.toFile());
        } catch (JoranException e) {
            throw new IllegalArgumentException(
                    "logging.config is " + file + ", which Logback cannot read: " + e.getMessage(), e);
        }
    }

    /** Null where somebody runs the application with another logger: what he has set up stays. */
    private static @Nullable LoggerContext context() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        return factory instanceof LoggerContext context ? context : null;
    }
}
