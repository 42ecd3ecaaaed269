package dev.llmrouter.camel.gateway;

import dev.llmrouter.audit.routing.RoutingAudit;
import dev.llmrouter.camel.LlmRouterContext;
import dev.llmrouter.camel.LoadedPolicy;
import dev.llmrouter.camel.PolicyStep;
import dev.llmrouter.decide.Candidate;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.Task;
import dev.llmrouter.policy.Tier;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.SqlFaults;
import dev.llmrouter.report.ProofWords;
import dev.llmrouter.report.dashboard.Dashboard;
import dev.llmrouter.report.dashboard.DashboardPage;
import dev.llmrouter.report.dashboard.Window;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dashboard, for people who open the gateway in a browser. Query parameters: {@code window} ({@link Window}),
 * {@code task}, {@code caller}. Reads the ledger, so its route has to be on a thread that may block.
 */
public final class DashboardProcessor extends PolicyStep {
    private static final Logger LOG = LoggerFactory.getLogger(DashboardProcessor.class);
    private static final int LONGEST_NAME = 200;
    private static final int MOST_PARAMETERS = 16;

    private static final String UNREADABLE = "The ledger's database does not answer; the log says why.";

    private final AtomicBoolean isUnreadable = new AtomicBoolean();
    private final Clock clock = Clock.systemUTC();
    private final TrafficCache cache = new TrafficCache();
    private final RoutingAuditCache audits = new RoutingAuditCache();

    @Override
    public void process(Exchange exchange) throws Exception {
        Dashboard.View view = view(exchange.getMessage().getHeader(Exchange.HTTP_QUERY, String.class));
        LoadedPolicy loaded = loaded(exchange.getContext());
        Instant now = clock.instant();
        Dashboard.Traffic traffic = null;
        Dashboard.Drift drift = null;
        RoutingAudit routing = null;
        String problem = null;
        try {
            LedgerSettings ledger = LlmRouterContext.of(exchange.getContext()).ledgerSettings();
            traffic = cache.traffic(ledger, view, now, loaded.policy());
            drift = cache.drift(ledger, now, loaded.policy(), loaded.evidence());
            routing = ledger == null ? null : audits.get(ledger, loaded.policy(), loaded.evidence(), now);
            if (traffic == null) {
                problem = "No ledger is kept (llm-router.data names no folder), so there are no figures to show.";
            }
            unreadable(null);
        } catch (Exception e) {
            unreadable(e);
            problem = UNREADABLE; // whoever looks need not know where the database is, and as whom we log in
        }
        Dashboard data = new Dashboard(
                now,
                loaded.policy(),
                loaded.isSimulated(),
                loaded.reloadProblem(),
                proofs(LlmRouterContext.of(exchange.getContext()), loaded, LocalDate.now(clock)),
                LlmRouterContext.of(exchange.getContext()).collected(loaded.policy()),
                deployments(loaded),
                traffic,
                drift,
                routing,
                problem,
                view);
        PageHeaders.set(exchange.getMessage(), DashboardPage.CONTENT_SECURITY_POLICY);
        exchange.getMessage().setBody(DashboardPage.render(data));
    }

    /** Said once for each change: a page that reads again every few seconds would fill the log. */
    private void unreadable(@Nullable Exception why) {
        boolean was = isUnreadable.getAndSet(why != null);
        if (was == (why != null)) {
            return;
        }
        if (why == null) {
            LOG.info("The dashboard reads the ledger again");
        } else if (why instanceof SQLException) {
            LOG.warn("The dashboard cannot read the ledger until its database answers: {}", SqlFaults.reason(why));
        } else {
            LOG.warn("The dashboard cannot read the ledger", why);
        }
    }

    @Override
    public void stop() {
        super.stop();
        cache.close();
        audits.close();
    }

    private static Dashboard.View view(@Nullable String query) {
        Map<String, String> given = new HashMap<>();
        for (String pair : query == null ? new String[0] : query.split("&", MOST_PARAMETERS)) {
            int equals = pair.indexOf('=');
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (!value.isBlank() && value.length() <= LONGEST_NAME) {
                given.put(pair.substring(0, equals), value);
            }
        }
        return new Dashboard.View(Window.of(given.getOrDefault("window", "")), given.get("task"), given.get("caller"));
    }

    /** Empty for what nobody can read: an address that was typed wrong shows the page without that choice. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static List<Dashboard.ProofState> proofs(LlmRouterContext context, LoadedPolicy loaded, LocalDate today) {
        RoutingPolicy policy = loaded.policy();
        ProofWords words = new ProofWords(policy, loaded.evidence(), today);
        return policy.tasks().values().stream()
                .filter(task -> !task.tier().equals(policy.baseline()))
                .map((Task task) -> new Dashboard.ProofState(
                        task.name(),
                        task.tier(),
                        words.key(task),
                        (words.meaning(task) + " " + context.sampled(policy, task.name())).strip()))
                .toList();
    }

    private static List<Dashboard.Deployment> deployments(LoadedPolicy loaded) {
        RoutingPolicy policy = loaded.policy();
        DeploymentHealth health = loaded.current().decider().health();
        Map<String, String> breakers = health.breakerStates();
        Map<String, Candidate> members = loaded.current().decider().members().stream()
                .collect(Collectors.toMap(member -> member.model().name(), member -> member, (a, b) -> a));
        return policy.models().values().stream()
                .map(model -> {
                    Candidate member = members.get(model.name());
                    String resting = member == null || member.provider().lacksKey()
                            ? "the key of its provider is not set"
                            : health.unavailable(member)
                                    .map(why -> why.reason() + ", for "
                                            + why.remaining().toSeconds() + " s more")
                                    .orElse(null);
                    String own = breakers.get(model.name() + "@" + model.provider());
                    String breaker = own != null ? own : breakers.getOrDefault(model.provider(), "closed");
                    return new Dashboard.Deployment(
                            model.name(), model.provider(), tiers(policy, model), resting, breaker);
                })
                .toList();
    }

    private static Stream<String> roles(Tier tier, String model) {
        Stream<String> member = tier.models().stream()
                .filter(each -> each.model().equals(model))
                .map(each -> tier.name());
        return Stream.concat(
                member,
                Stream.concat(role(tier, tier.canary(), model, "canary"), role(tier, tier.shadow(), model, "shadow")));
    }

    private static Stream<String> role(Tier tier, Tier.@Nullable Share share, String model, String role) {
        return share != null && share.model().equals(model)
                ? Stream.of(tier.name() + " (" + role + " "
                        + BigDecimal.valueOf(share.percent())
                                .stripTrailingZeros()
                                .toPlainString() + " %)")
                : Stream.empty();
    }

    private static String tiers(RoutingPolicy policy, Model model) {
        String joined = policy.tiers().values().stream()
                .flatMap(tier -> roles(tier, model.name()))
                .collect(Collectors.joining(", "));
        return joined.isEmpty() ? "none" : joined;
    }
}
