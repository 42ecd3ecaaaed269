package dev.llmrouter.policy.load;

import dev.llmrouter.policy.BreakerSettings;
import dev.llmrouter.policy.HttpProxy;
import dev.llmrouter.policy.OutputLimit;
import dev.llmrouter.policy.Protocol;
import dev.llmrouter.policy.Provider;
import dev.llmrouter.policy.Secret;
import dev.llmrouter.policy.SimulatorSettings;
import dev.llmrouter.policy.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code providers}. */
final class ProviderReader {
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final Pattern ENDPOINT = Pattern.compile("[a-z][a-z0-9+.-]*:.+");
    private static final Set<String> OWN_HEADERS = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "upgrade",
            "te",
            "trailer",
            "expect",
            "keep-alive",
            "proxy-connection");
    private static final Set<String> SECRET_HEADERS =
            Set.of("authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie");

    /** How a shell and Spring write what a policy writes as {@code {{env:NAME}}}. */
    private static final Pattern SHELL_VARIABLE = Pattern.compile(
            "\\$\\{(?:env[:.])?([A-Za-z_][A-Za-z0-9_]*)[^}]*\\}|^\\s*\\$([A-Z][A-Z0-9]*_[A-Z0-9_]*)\\s*$");

    private static final Pattern ANY_PLACEHOLDER = Pattern.compile("\\{\\{[^}]*\\}\\}");
    private static final Pattern ONE_PLACEHOLDER = Pattern.compile("\\s*\\{\\{[^{}]*\\}\\}\\s*");
    private static final Pattern PASSWORD_IN_ADDRESS = Pattern.compile("[^/@:]*:[^/@]+@");

    private static final Duration HOUR = Duration.ofHours(1);

    private final Reading reading;
    private final Problems problems;
    private final LimitsReader limits;

    ProviderReader(Reading reading) {
        this.reading = reading;
        this.problems = reading.problems();
        this.limits = new LimitsReader(problems);
    }

    @Nullable
    Provider read(MappingFields.Item item, Set<String> tasks) {
        MappingFields fields = MappingFields.of(item.node(), item.at(), item.path(), reading);
        fields.required("protocol", "Write one of openai, openai-responses, anthropic, gemini, simulator.");
        boolean known = fields.has("protocol");
        Protocol protocol = fields.choice("protocol", Protocol.class, Protocol.SIMULATOR);
        URI baseUrl = fields.uri("baseUrl");
        String endpoint = endpoint(fields);
        HttpProxy proxy = proxy(fields);
        Secret apiKey = apiKey(fields);
        Map<String, String> headers = headers(fields);
        String apiKeyHeader = apiKeyHeader(fields, headers);
        Map<String, String> query = fields.textMap("query");
        if (known && protocol != Protocol.SIMULATOR) {
            checkTarget(fields);
            checkPlainHttp(fields, baseUrl, apiKey);
        }
        Provider provider = new Provider(
                item.name(),
                protocol,
                baseUrl,
                endpoint,
                proxy,
                apiKey,
                apiKeyHeader,
                headers,
                query,
                outputLimit(fields),
                limits.timeouts(fields, Timeouts.ofDefaults()),
                limits.breaker(fields, BreakerSettings.ofDefaults()),
                simulator(fields, tasks));
        fields.done();
        return provider;
    }

    private void checkTarget(MappingFields fields) {
        boolean both = fields.has("baseUrl") && fields.has("endpoint");
        boolean neither = !fields.has("baseUrl") && !fields.has("endpoint");
        if (both || neither) {
            problems.unusable(
                    fields.at(),
                    fields.path(),
                    both ? "has both baseUrl and endpoint" : "has neither baseUrl nor endpoint",
                    "Give one: baseUrl for an HTTP API, endpoint for a Camel endpoint such as direct:my-bedrock.");
        }
    }

    private void checkPlainHttp(MappingFields fields, @Nullable URI baseUrl, @Nullable Secret apiKey) {
        if (baseUrl == null || baseUrl.getHost() == null) {
            return;
        }
        String host = baseUrl.getHost().toLowerCase(Locale.ROOT);
        boolean local = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        if (apiKey != null && !local && "http".equalsIgnoreCase(baseUrl.getScheme())) {
            problems.warning(
                    fields.at("baseUrl"),
                    fields.path("baseUrl"),
                    "is plain http, so the key and the prompts travel unencrypted",
                    "Use https unless the network itself is encrypted.");
        }
        String path = baseUrl.getPath() == null ? "" : baseUrl.getPath();
        if (path.endsWith("/chat/completions") || path.endsWith("/messages")) {
            problems.warning(
                    fields.at("baseUrl"),
                    fields.path("baseUrl"),
                    "ends with the path of one operation, which is added to it once more",
                    "Give the base only, as in https://api.openai.com/v1.");
        }
    }

    private @Nullable OutputLimit outputLimit(MappingFields fields) {
        String text = fields.text("outputLimit");
        YamlNode node = fields.node("outputLimit");
        if (text == null || node == null) {
            return null;
        }
        for (OutputLimit limit : OutputLimit.values()) {
            if (limit.field().equals(text)) {
                return limit;
            }
        }
        List<String> names =
                Arrays.stream(OutputLimit.values()).map(OutputLimit::field).toList();
        problems.unusable(
                node.at(), fields.path("outputLimit"), "is " + Reading.shown(node), Suggestion.advice(text, names));
        return null;
    }

    private @Nullable String endpoint(MappingFields fields) {
        String endpoint = fields.text("endpoint");
        if (endpoint != null && !ENDPOINT.matcher(endpoint).matches()) {
            problems.unusable(
                    fields.at("endpoint"),
                    fields.path("endpoint"),
                    "is no Camel endpoint URI",
                    "Write it with its scheme, as in direct:my-bedrock.");
            return null;
        }
        return endpoint;
    }

    /**
     * A placeholder that is all of it, and has no value, gives none, so that {@code HTTPS_PROXY} may be named where only some machines
     * have it. Where a part has no value, a proxy is meant, and calls must not go past it.
     */
    private @Nullable HttpProxy proxy(MappingFields fields) {
        if (!(fields.node("proxy") instanceof YamlNode.Scalar scalar)) {
            fields.text("proxy");
            return null;
        }
        String path = fields.path("proxy");
        if (fields.has("endpoint")) {
            problems.unusable(
                    scalar.at(),
                    path,
                    "is there beside an endpoint, which makes its own connections",
                    "Remove it, and give the proxy to the endpoint's component.");
            return null;
        }
        if (!warnsOfShellVariable(scalar, path)
                && PASSWORD_IN_ADDRESS
                        .matcher(ANY_PLACEHOLDER.matcher(scalar.text()).replaceAll(""))
                        .find()) {
            problems.warning(
                    scalar.at(),
                    path,
                    "holds a password in plain text",
                    "Take it out of the file, and write {{env:HTTPS_PROXY}} here.");
        }
        boolean needsAll = scalar.text().contains("{{")
                && !ONE_PLACEHOLDER.matcher(scalar.text()).matches();
        String value = needsAll
                ? reading.text(scalar, path)
                : PlaceholderText.resolve(scalar.text(), reading.placeholders()).value();
        if (value == null || value.isBlank()) {
            return null;
        }
        try {
            return HttpProxy.parse(value);
        } catch (IllegalArgumentException e) {
            problems.unusable(
                    scalar.at(),
                    path,
                    String.valueOf(e.getMessage()),
                    "Write http://HOST:PORT, or {{env:HTTPS_PROXY}} for what a variable has; direct is for none.");
            return null;
        }
    }

    /** A placeholder without a value gives a secret that is not set. */
    private @Nullable Secret apiKey(MappingFields fields) {
        if (!(fields.node("apiKey") instanceof YamlNode.Scalar scalar)) {
            fields.text("apiKey");
            return null;
        }
        PlaceholderText.Resolved resolved = PlaceholderText.resolve(scalar.text(), reading.placeholders());
        // Mounted secrets often end with a line feed.
        String value = resolved.value() == null ? "" : resolved.value().strip();
        if (!warnsOfShellVariable(scalar, fields.path("apiKey")) && holdsLiteral(scalar.text())) {
            problems.warning(
                    scalar.at(),
                    fields.path("apiKey"),
                    "holds a key in plain text",
                    "Take it out of the file, replace it at the provider, and write {{env:NAME}} here.");
        }
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            problems.unusable(
                    scalar.at(),
                    fields.path("apiKey"),
                    "has characters that an HTTP header cannot carry",
                    "Use printable ASCII without spaces; check the variable that it comes from.");
        }
        return Secret.of(value);
    }

    private @Nullable String apiKeyHeader(MappingFields fields, Map<String, String> headers) {
        String name = fields.text("apiKeyHeader");
        if (name == null) {
            return null;
        }
        if (!mayBeSet(name)) {
            problems.unusable(
                    fields.at("apiKeyHeader"),
                    fields.path("apiKeyHeader"),
                    "is a header that a policy cannot set",
                    "Give the header that the provider reads its key from, as in api-key.");
            return null;
        }
        if (!fields.has("apiKey")) {
            problems.unusable(
                    fields.at("apiKeyHeader"),
                    fields.path("apiKeyHeader"),
                    "is there without an apiKey to send in it",
                    "Add the key, as in apiKey: \"{{env:NAME}}\", or remove this.");
        } else if (headers.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
            problems.unusable(
                    fields.at("apiKeyHeader"),
                    fields.path("apiKeyHeader"),
                    "is one of the headers too, which would stand in the place of the key",
                    "Remove it from headers, or remove this.");
        }
        return name;
    }

    private static boolean mayBeSet(String header) {
        return HEADER_NAME.matcher(header).matches() && !OWN_HEADERS.contains(header.toLowerCase(Locale.ROOT));
    }

    /** Whether the file alone gives a value: no placeholder, or one with the secret as its default. */
    private static boolean holdsLiteral(String text) {
        String alone = PlaceholderText.resolve(text, name -> null).value();
        return alone != null && !alone.isBlank();
    }

    /** It would be sent as it stands. */
    private boolean warnsOfShellVariable(YamlNode.Scalar scalar, String path) {
        Matcher variable = SHELL_VARIABLE.matcher(scalar.text());
        if (!variable.find()) {
            return false;
        }
        String name = variable.group(1) == null ? variable.group(2) : variable.group(1);
        problems.warning(
                scalar.at(),
                path,
                "is written with " + (variable.group(1) == null ? "$NAME" : "${NAME}")
                        + ", which is no placeholder in a policy and is sent as it stands",
                "Write {{env:" + name + "}} for the environment variable.");
        return true;
    }

    private Map<String, String> headers(MappingFields fields) {
        return fields.map("headers", item -> {
            if (!mayBeSet(item.name())) {
                problems.unusable(
                        item.at(),
                        item.path(),
                        "is a header that a policy cannot set",
                        "Remove it: it is no header name, or the HTTP client sets it itself.");
                return null;
            }
            String value = reading.text(item.node(), item.path());
            if (value != null && value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7F)) {
                problems.unusable(
                        item.node().at(), item.path(), "has control characters in its value", "Write it on one line.");
                return null;
            }
            if (item.node() instanceof YamlNode.Scalar scalar
                    && !warnsOfShellVariable(scalar, item.path())
                    && SECRET_HEADERS.contains(item.name().toLowerCase(Locale.ROOT))
                    && holdsLiteral(scalar.text())) {
                problems.warning(
                        item.node().at(),
                        item.path(),
                        "holds a credential in plain text",
                        "Take it out of the file and write {{env:NAME}} here.");
            }
            return value;
        });
    }

    private SimulatorSettings simulator(MappingFields fields, Set<String> tasks) {
        SimulatorSettings defaults = SimulatorSettings.ofDefaults();
        MappingFields inner = fields.inner("simulator");
        if (inner == null) {
            return defaults;
        }
        Bounds share = Bounds.of(0, 1);
        Map<String, Double> errors = inner.map("errors", item -> {
            if (!SimulatorSettings.FAULTS.contains(item.name())) {
                problems.unusable(
                        item.at(),
                        item.path(),
                        "is no fault of the simulator",
                        Suggestion.advice(
                                item.name(),
                                SimulatorSettings.FAULTS.stream().sorted().toList()));
            }
            return share(item, share);
        });
        double sum = errors.values().stream().mapToDouble(Double::doubleValue).sum();
        if (sum > 1 + 1e-9) {
            problems.unusable(
                    inner.at("errors"),
                    inner.path("errors"),
                    "add up to more than 1",
                    "Lower the shares of the faults.");
        }
        Map<String, Double> quality = inner.map("quality", item -> {
            if (!item.name().equals("*") && !tasks.contains(item.name())) {
                problems.warning(
                        item.at(),
                        item.path(),
                        "names the task " + Quoted.of(item.name()) + ", which does not exist",
                        problems.isFull() ? "" : Suggestion.advice(item.name(), tasks));
            }
            return share(item, share);
        });
        Integer seed = inner.integer("seed", Bounds.of(Integer.MIN_VALUE, Integer.MAX_VALUE));
        SimulatorSettings settings = new SimulatorSettings(
                inner.duration("latency", Duration.ZERO, HOUR, defaults.latency()),
                inner.decimal("tokensPerSecond", Bounds.of(0, 1_000_000), defaults.tokensPerSecond()),
                errors,
                quality,
                seed == null ? defaults.seed() : seed);
        inner.done();
        return settings;
    }

    private @Nullable Double share(MappingFields.Item item, Bounds bounds) {
        String text = reading.text(item.node(), item.path());
        if (text == null || !(item.node() instanceof YamlNode.Scalar scalar)) {
            return null;
        }
        var number = reading.number(text, scalar, item.path(), bounds);
        return number == null ? null : number.doubleValue();
    }
}
