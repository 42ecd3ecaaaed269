package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.llmrouter.audit.collect.CollectedEvidence;
import dev.llmrouter.audit.collect.CollectedRoute;
import dev.llmrouter.audit.collect.PairQuestion;
import dev.llmrouter.evaluate.EvidenceFile;
import dev.llmrouter.evaluate.InputHash;
import dev.llmrouter.evaluate.Proof;
import dev.llmrouter.evaluate.collect.LiveTest;
import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.record.ledger.Ledger;
import dev.llmrouter.record.ledger.LedgerEntry;
import dev.llmrouter.record.ledger.LedgerRow;
import dev.llmrouter.record.ledger.LedgerSettings;
import dev.llmrouter.record.ledger.PairEntry;
import dev.llmrouter.report.CollectedText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the log says of a collection, over pairs that a real ledger holds. */
class RouteWatchTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final DefaultCamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    private Ledger ledger;
    private LoadedPolicy loaded;
    private RouteWatch watch;
    private PairQuestion question;
    private int pairs;
    private boolean isMetered = true;

    @BeforeEach
    void open() throws Exception {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                owner: test
                baseline: premium
                evidence: collect
                providers:
                  there: { protocol: openai, baseUrl: "http://127.0.0.1:1/v1" }
                models:
                  small: { provider: there, context: 8000, price: { input: 1, output: 1, asOf: 2026-07-02 } }
                  large: { provider: there, context: 8000, price: { input: 9, output: 9, asOf: 2026-07-02 } }
                tiers:
                  economy: { models: [small] }
                  premium: { models: [large], timeout: 1h }
                tasks:
                  a:
                    tier: economy
                    description: d
                    rationale: r
                    margin: 0.2
                    collect: { scorer: exact, perDay: 5, open: accept }
                """);
        LedgerSettings settings = LedgerSettings.embedded(folder.resolve("data"));
        ledger = Ledger.open(settings, System::nanoTime);
        loaded = LlmRouterContext.of(camel).policy("file:" + policy);
        watch = new RouteWatch(loaded, settings, () -> ledger, Clock.systemUTC());
        RoutingPolicy read = loaded.policy();
        question = PairQuestion.of(read, read.task("a").orElseThrow(), "small", false, null)
                .orElseThrow();
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
        loaded.close();
        ledger.close();
        camel.stop();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(RouteWatch.class);
    }

    private void pairs(int many, double candidate, double baseline) {
        pairs(System.currentTimeMillis(), many, false, candidate, baseline);
    }

    private void pairs(long at, int many, boolean served, double candidate, double baseline) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            entries.add(question.entry("r" + pairs++, at, served, candidate, baseline, 1_000L, 0L, 1.0)
                    .ofInput("input " + pairs));
            entries.add(LedgerRow.at("r" + (pairs - 1), at)
                    .task("a")
                    .to("premium", "large")
                    .cost(isMetered ? 9_000L : null, 9_000L)
                    .row());
        }
        ledger.write(entries);
    }

    private void beginAnew() throws InterruptedException {
        ledger.write(List.of(question.change("anew " + pairs, System.currentTimeMillis(), false, "ada")));
        Thread.sleep(5); // what comes in the same millisecond counts as before it
    }

    private long told(String text) {
        watch.look();
        watch.look();
        return log.list.stream()
                .filter(event -> event.getFormattedMessage().contains(text))
                .count();
    }

    @Test
    void aCandidateThatIsRejectedAgainIsToldOfAgain() throws Exception {
        pairs(60, 0, 1);
        assertThat(told("worse than the margin allows")).isEqualTo(1);
        beginAnew();
        assertThat(told("worse than the margin allows")).isEqualTo(1);
        pairs(60, 0, 1);
        assertThat(told("worse than the margin allows")).isEqualTo(2);
    }

    /** 30 pairs of today dated 200 of last winter, so that these opened the route of a model of today that nobody had looked at. */
    @Test
    void pairsOfLastWinterDoNotOpenARouteThoughSomeOfTodayJoinThem() throws Exception {
        pairs(System.currentTimeMillis() - Duration.ofDays(300).toMillis(), 200, false, 1, 1);
        pairs(3, 0, 1); // a loss of 10 points, which 30 do not show to be less than 20
        pairs(27, 1, 1);
        watch.look();
        CollectedRoute route = watch.collected().get(0);
        assertThat(route.test().before().n()).isEqualTo(30);
        assertThat(route.isReady()).isFalse();
        assertThat(route.status()).isEqualTo("collecting");
        assertThat(CollectedText.sentence(route))
                .startsWith("Not settled anew: what earlier pairs showed held until 20");
        assertThat(watch.admission().collects(question, false)).isTrue();

        pairs(40, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).isReady()).isTrue();
    }

    /** It is shown for as long as a proof would hold. */
    @Test
    void whatWasShownTwoMonthsAgoIsReadyStill() throws Exception {
        pairs(System.currentTimeMillis() - Duration.ofDays(60).toMillis(), 60, false, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).isReady()).isTrue();
    }

    /** The margin was narrowed while the route was open: it was said to be closed soon, for ever, and shadows were paid for. */
    @Test
    void whatWasWorseWhileItWasOpenIsRejectedWhereItIsNot() throws Exception {
        pairs(60, 1, 1);
        pairs(System.currentTimeMillis(), 80, true, 0, 1);
        assertThat(told("than the margin allows")).isEqualTo(1);
        CollectedRoute route = watch.collected().get(0);
        assertThat(route.isOpen()).isFalse();
        assertThat(route.status()).isEqualTo("rejected");
        assertThat(CollectedText.sentence(route))
                .startsWith("By what it served while the route was open: worse than the margin allows");
        assertThat(watch.admission().collects(question, false)).isFalse();
        beginAnew();
        watch.look();
        assertThat(watch.collected().get(0).status()).isEqualTo("collecting");
    }

    /** Proven, and every request went on being compared, repeats too, while the log said nothing. */
    @Test
    void aRouteThatWaitsForCostsThatNobodyKnowsIsToldOf() throws Exception {
        isMetered = false;
        pairs(20, 1, 1);
        watch.look();
        assertThat(watch.admission().knows(question, asked("input 7")))
                .as("not proven yet")
                .isTrue();
        pairs(100, 1, 1);
        assertThat(told("its route waits: what one of the two answers cost is not known of 120 pairs"))
                .isEqualTo(1);
        assertThat(watch.admission().knows(question, asked("input 7")))
                .as("it may tell a cost")
                .isFalse();
        assertThat(CollectedText.sentence(watch.collected().get(0)))
                .startsWith("Good enough, and waits for what answers cost.")
                .contains("a service tier");
    }

    /** Wrong answers took longer than right ones: at each look the last of them were missing, and a model that is wrong in a fifth was opened. */
    @Test
    void whatBeganAfterAComparisonThatIsNotOverIsNotTested() throws Exception {
        pairs(20, 1, 1);
        long slow = System.currentTimeMillis() + 5;
        ledger.write(List.of(question.begun("slow", slow)));
        Thread.sleep(10);
        pairs(100, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).test().before().n()).isEqualTo(20);
        assertThat(watch.admission().knows(question, asked("input 77")))
                .as("it is compared all the same")
                .isTrue();
        assertThat(watch.collected().get(0).leftOut().unscored()).isZero();
        assertThat(CollectedText.sentence(watch.collected().get(0)))
                .contains("100 more pairs wait for a comparison that began before them");
        ledger.write(List.of(
                question.entry("slow", slow, false, 0.0, 1.0, 1_000L, 0L, 1.0).ofInput("slow")));
        watch.look();
        assertThat(watch.collected().get(0).test().before().n()).isEqualTo(121);
        assertThat(watch.collected().get(0).pairs().get(20).candidateScore()).isZero();
    }

    /** A model that is too slow for every tenth request, in clumps, has all but the first three of each clump left out. */
    @Test
    void whereTheCandidateSeemsToHangMoreThanTheMarginNothingOpens() throws Exception {
        hanging(12);
        pairs(60, 1, 1);
        watch.look();
        CollectedRoute route = watch.collected().get(0);
        assertThat(route.status()).isEqualTo("ready");
        hanging(4);
        assertThat(told("of 76 comparisons the model answered 16 not in time")).isEqualTo(1);
        assertThat(watch.collected().get(0).status()).isEqualTo("undecided");
        assertThat(watch.collected().get(0).isReady()).isFalse();
        pairs(10, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).isReady()).isTrue();
    }

    /** A killed process leaves what was slow: nothing opens that would not had that been wrong, and nothing is rejected for it. */
    @Test
    void whatWasNeverOverDelaysARouteAndRejectsNone() throws Exception {
        List<LedgerEntry> begun = new ArrayList<>();
        long past = System.currentTimeMillis() - Duration.ofHours(3).toMillis();
        for (int i = 0; i < 16; i++) {
            begun.add(question.begun("killed " + i, past));
        }
        ledger.write(begun);
        pairs(35, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).status())
                .as("before they are kept as pairs: a look would have opened it")
                .isEqualTo("undecided");
        watch.look();
        CollectedRoute route = watch.collected().get(0);
        assertThat(route.abandoned()).isEmpty();
        assertThat(route.test().state()).isEqualTo(LiveTest.State.READY);
        assertThat(route.status()).isEqualTo("undecided");
        assertThat(CollectedText.sentence(route)).contains("16 were never over");
        pairs(200, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).status()).isEqualTo("ready");
    }

    private void hanging(int many) {
        List<LedgerEntry> entries = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            entries.add(question.entry("h" + pairs++, System.currentTimeMillis(), false, null, null, 0L, 0L, 1.0)
                    .atPrices(PairEntry.HANGING));
        }
        ledger.write(entries);
    }

    /** What a killed process had under way is what took long, and so the wrong answers: a candidate opened by what was left. */
    @Test
    void whatIsNeverOverIsWaitedForAsLongAsARequestMayTake() throws Exception {
        long now = System.currentTimeMillis();
        ledger.write(List.of(
                question.begun("killed", now - Duration.ofMinutes(81).toMillis()),
                question.begun("slow", now - Duration.ofMinutes(79).toMillis())));
        assertThat(told("1 comparisons with model 'small' began and were never over"))
                .as("once")
                .isEqualTo(1);
        assertThat(watch.collected().get(0).leftOut().unanswered().lost()).isEqualTo(1);
        pairs(10, 1, 1);
        watch.look();
        assertThat(watch.collected().get(0).test().before().n())
                .as("the other may take an hour, and its judge's time")
                .isZero();
    }

    /** Of 30 lines with one text in a batch all were compared, and one counted. */
    private static InputHash asked(String hash) {
        return new InputHash(hash, null, Set.of());
    }

    @Test
    void ofTheTurnsOfAConversationOneIsCompared() {
        RecentDraws draws = new RecentDraws();
        InputHash second = new InputHash("second", "second and its answer", Set.of("first and its answer"));
        InputHash third = new InputHash("third", null, Set.of("first and its answer", "second and its answer"));
        assertThat(draws.take(second)).isTrue();
        assertThat(draws.take(third)).as("under way").isFalse();
        assertThat(draws.take(asked("first")))
                .as("another conversation that begins so")
                .isTrue();
        draws.ended(second);
        assertThat(draws.take(third)).as("on its way to the ledger").isFalse();
    }

    @Test
    void ofABurstThatAsksTheSameOneIsCompared() {
        RecentDraws draws = new RecentDraws();
        assertThat(IntStream.range(0, 1_500).filter(i -> draws.take(asked("input " + i % 700))))
                .as("not the first that come: they are no random sample")
                .hasSize(700);
        draws.looked();
        draws.looked();
        draws.looked();
        assertThat(draws.take(asked("input 3"))).as("under way for long").isFalse();
        draws.ended(asked("input 3"));
        draws.looked();
        assertThat(draws.take(asked("input 3")))
                .as("on its way to the ledger, perhaps")
                .isFalse();
        draws.looked();
        assertThat(draws.take(asked("input 3"))).isTrue();
        assertThat(draws.take(null)).isTrue();
        assertThat(draws.take(null)).as("what is served counts each time").isTrue();
    }

    @Test
    void repeatsTellWhatAnswersCostAFewTimesADay() {
        RecentDraws draws = new RecentDraws();
        LocalDate today = LocalDate.of(2026, 11, 28);
        assertThat(IntStream.range(0, 100).filter(i -> draws.takeRepeat(today))).hasSize(RecentDraws.MOST_REPEATS);
        assertThat(draws.hasRepeats(today)).isFalse();
        assertThat(draws.takeRepeat(today.plusDays(1))).isTrue();
    }

    @Test
    void aRouteThatIsReadyAgainIsToldOfAgain() throws Exception {
        pairs(120, 1, 1);
        assertThat(told("to open the route: collected --accept")).isEqualTo(1);
        beginAnew();
        assertThat(told("to open the route")).isEqualTo(1);
        pairs(120, 1, 1);
        assertThat(told("to open the route: collected --accept")).isEqualTo(2);
    }

    /**
     * Gateways with two versions of a policy, as in an update, on one folder of evidence: each wrote its own proof over that of the other at each
     * look, and callers of both got the baseline half of the time.
     */
    @Test
    void gatewaysOfTwoPoliciesDoNotWriteOverEachOthersProofForEver() throws Exception {
        Path file = folder.resolve("policy.yaml");
        String atOnce = Files.readString(file).replace("open: accept", "open: at-once");
        Files.writeString(file, atOnce);
        Path newer =
                Files.writeString(folder.resolve("newer.yaml"), atOnce.replace("description: d", "description: e"));
        LedgerSettings settings = LedgerSettings.embedded(folder.resolve("data"));
        try (DefaultCamelContext elsewhere = new DefaultCamelContext();
                LoadedPolicy other = LlmRouterContext.of(elsewhere).policy("file:" + newer)) {
            loaded.reload();
            RouteWatch otherWatch = new RouteWatch(other, settings, () -> ledger, Clock.systemUTC());
            pairs(120, 1, 1);
            PairQuestion first = question;
            watch.look();
            assertThat(isOpen(watch, first)).isTrue();

            RoutingPolicy read = other.policy();
            question = PairQuestion.of(read, read.task("a").orElseThrow(), "small", false, null)
                    .orElseThrow();
            pairs(120, 1, 1);
            for (int i = 0; i < 4; i++) {
                other.reload();
                otherWatch.look();
                assertThat(isOpen(otherWatch, question)).as("the newer one").isTrue();
                loaded.reload();
                watch.look();
                assertThat(isOpen(watch, first)).isFalse();
            }
            assertThat(log.list)
                    .filteredOn(event ->
                            event.getFormattedMessage().contains("replaced by one that another policy has made"))
                    .hasSize(1);
            assertThat(proof().looks()).hasSize(2);

            Files.writeString(newer, atOnce);
            Files.writeString(file, atOnce.replace("rationale: r", "rationale: another"));
            other.reload();
            loaded.reload();
            watch.look();
            assertThat(isOpen(watch, first))
                    .as("after its policy was read anew")
                    .isTrue();
        }
    }

    private static boolean isOpen(RouteWatch watch, PairQuestion question) {
        watch.look(); // what one look has written the next one sees
        return route(watch, question).isOpen();
    }

    private static CollectedRoute route(RouteWatch watch, PairQuestion question) {
        return watch.collected().stream()
                .filter(route -> route.question().equals(question))
                .findFirst()
                .orElseThrow();
    }

    private Proof proof() throws Exception {
        return EvidenceFile.read(folder.resolve("evidence/a.json"))
                .proof("small")
                .orElseThrow();
    }

    /** What another gateway, or a validation, has written between a look and its opening was lost, a failure too. */
    @Test
    void whatIsWrittenBetweenALookAndItsOpeningStays() throws Exception {
        pairs(120, 1, 1);
        watch.look();
        CollectedRoute route = route(watch, question);
        CollectedEvidence book = new CollectedEvidence(
                folder.resolve("evidence"), loaded.policy(), "ada", LocalDate.now(ZoneOffset.UTC), "test");
        assertThat(book.open(route, null)).isTrue();
        Proof known = proof();
        assertThat(book.open(route, null)).as("another gateway was first").isFalse();
        assertThat(proof()).isEqualTo(known);
        assertThat(book.open(route, known)).isTrue();
    }
}
