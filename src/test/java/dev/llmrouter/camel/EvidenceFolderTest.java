package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.decide.DeploymentHealth;
import dev.llmrouter.decide.Evidence;
import dev.llmrouter.decide.EvidenceFinding;
import dev.llmrouter.decide.EvidenceState;
import dev.llmrouter.evaluate.EvidenceCheck;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.load.PolicyLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class EvidenceFolderTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 28);
    private static final Evidence PROVEN =
            (task, model, today) -> new EvidenceFinding(EvidenceState.VALID, "proof", TODAY.plusDays(30), List.of());

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void leave() {
        logger().detachAppender(log);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(EvidenceFolder.class);
    }

    private static RoutingPolicy policy(String task, String tier) {
        return PolicyLoader.builder(Clock.systemUTC())
                .build()
                .check("""
                version: 1
                owner: test
                baseline: premium
                providers:
                  sim: { protocol: simulator }
                models:
                  small: { provider: sim, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: sim, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large] }
                tasks:
                  %s: { tier: %s, description: d, rationale: r }
                """.formatted(task, tier), "policy.yaml")
                .orThrow();
    }

    private List<String> warnings() {
        return log.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** A mistyped folder reads as if there were no evidence. */
    @Test
    void aNamedFolderThatIsNotThereIsWarnedOf() throws Exception {
        Logger loaded = (Logger) LoggerFactory.getLogger(LoadedPolicy.class);
        loaded.addAppender(log);
        try {
            open("");
            open(folder.toString());
            assertThat(warnings()).noneMatch(warning -> warning.contains("llm-router.evidence"));
            Path missing = folder.resolve("none");
            open(missing.toString());
            assertThat(warnings())
                    .filteredOn(warning -> warning.contains("llm-router.evidence"))
                    .singleElement()
                    .asString()
                    .contains(missing + ", where no folder is", "the baseline tier of policy");
        } finally {
            loaded.detachAppender(log);
        }
    }

    private static void open(String evidence) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addInitialProperty(LoadedPolicy.EVIDENCE, evidence);
            LoadedPolicy.open(
                            camel, PolicyStep.EXAMPLE_POLICY, new DeploymentHealth(System::nanoTime), Clock.systemUTC())
                    .close();
        }
    }

    @Test
    void aProofThatANewNameLeavesBehindIsToldOfOnce() {
        EvidenceFolder evidence = new EvidenceFolder(folder);
        evidence.tell(policy("tickets", "economy"), EvidenceCheck.none(), PROVEN, TODAY);
        assertThat(warnings()).isEmpty();
        evidence.tell(
                policy("sorting", "economy"),
                EvidenceCheck.none(),
                (task, model, today) -> EvidenceFinding.MISSING,
                TODAY);
        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("task 'tickets', model 'small'", "proof", "no such task");
        evidence.tell(policy("sorting", "premium"), EvidenceCheck.none(), PROVEN, TODAY);
        assertThat(warnings()).hasSize(1);
    }
}
