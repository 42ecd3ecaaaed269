package dev.llmrouter.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.record.ledger.PairEntry;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Evidence from requests that are answered by streams. */
@Tag("once")
class CollectedStreamTest extends CollectSetup {
    private static final String STREAM = "\"stream\":true,";

    private boolean isServedBy(RunningGateway gateway, String model) throws Exception {
        String body = gateway.post("/v1/chat/completions", "{" + STREAM + body().substring(1))
                .body();
        return body.contains("\"model\":\"" + model + "\"") && body.contains("[DONE]");
    }

    private String body() {
        return ASK.formatted(asked.incrementAndGet());
    }

    private void awaitStreamsOf(RunningGateway gateway, String model) {
        Awaitility.await()
                .atMost(WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(isServedBy(gateway, model)).isTrue());
    }

    @Test
    void streamsAloneOpenARouteAndCloseIt() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            assertThat(isServedBy(gateway, "large")).isTrue();
            awaitStreamsOf(gateway, "small");
            assertThat(proof().n()).isGreaterThanOrEqualTo(30);
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isEqualTo(1);
                assertThat(pair.baselineScore()).isEqualTo(1);
            });
            answers.put("small", "something else");
            awaitStreamsOf(gateway, "large");
            assertThat(proof().acceptance()).isEqualTo("failed");
        }
    }

    /** Its caller would have had the first words at once: the limit for whole answers is none of a stream's. */
    @Test
    void aShadowHasTheTimeOfAStream() throws Exception {
        ofSmall = ", timeouts: { headers: 1s }";
        answers.put("small", "paced:same");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                isServedBy(gateway, "large");
                return Files.exists(folder.resolve("data/ledger.db")) && pairs().size() >= 3;
            });
            assertThat(pairs()).allSatisfy(pair -> {
                assertThat(pair.candidateScore()).isOne();
                assertThat(pair.costPicoUsd()).isPositive();
                assertThat(pair.prices()).isNotEmpty();
            });
        }
    }

    /** Before their first words, and after them: callers get no whole answer either way. */
    @Test
    void anOpenRouteWhoseModelRefusesStreamsIsClosed() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitStreamsOf(gateway, "small");
            answers.put("small", "filtered:no more of this");
            Awaitility.await().atMost(WITHIN).untilAsserted(() -> {
                assertThat(isServedBy(gateway, "small")).isFalse();
                assertThat(lost()).isGreaterThanOrEqualTo(2);
            });
            answers.put("small", "refused");
            awaitStreamsOf(gateway, "large");
            assertThat(proof().acceptance()).isEqualTo("failed");
        }
    }

    /** What a provider breaks off is a matter of failover; nobody knows how a stream would have ended that its caller left. */
    @Test
    void whatAProviderBreaksOffOrACallerLeavesIsNotCompared() throws Exception {
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitStreamsOf(gateway, "small");
            Awaitility.await().atMost(WITHIN).until(() -> pairs().stream().anyMatch(PairEntry::served));
            Thread.sleep(500); // what is under way is over
            int large = calls("large");
            answers.put("small", "cut:half of it");
            for (int i = 0; i < 10; i++) {
                assertThat(isServedBy(gateway, "small")).isFalse();
            }
            answers.put("small", "slow:half of it");
            for (int i = 0; i < 10; i++) {
                leave(gateway);
            }
            Thread.sleep(1000);
            assertThat(calls("large")).isEqualTo(large);
            assertThat(lost()).isZero();
        }
    }

    /** He did not read; the model would have ended in time. */
    @Test
    void aStreamWhoseCallerIsTooSlowIsNotLost() throws Exception {
        ofEconomy = ", timeout: 2s";
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitStreamsOf(gateway, "small");
            answers.put("small", "flood:it");
            HttpResponse<InputStream> answer = open(gateway);
            try (InputStream words = answer.body()) {
                assertThat(words.read()).isPositive();
                Thread.sleep(3_500); // the tier's time is over
            }
            Thread.sleep(500);
            assertThat(lost()).isZero();
        }
    }

    private void leave(RunningGateway gateway) throws Exception {
        try (InputStream words = open(gateway).body()) {
            assertThat(words.read()).isPositive();
        }
    }

    private HttpResponse<InputStream> open(RunningGateway gateway) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url() + "/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{" + STREAM + body().substring(1)))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Two answers of which only half was read would be the same. */
    @Test
    void theWholeStreamIsCompared() throws Exception {
        answers.put("small", "sama");
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact")) {
            Awaitility.await().atMost(WITHIN).until(() -> {
                isServedBy(gateway, "large");
                return Files.exists(folder.resolve("data/ledger.db")) && pairs().size() >= 3;
            });
            assertThat(pairs())
                    .allSatisfy(pair -> assertThat(pair.candidateScore()).isZero());
        }
    }

    /** Its caller has waited for all of the time that the tier gives, and has half an answer. */
    @Test
    void aStreamThatDoesNotEndInTimeIsLost() throws Exception {
        ofEconomy = ", timeout: 1s";
        try (RunningGateway gateway = start("share: 100, perDay: 5, scorer: exact, open: at-once")) {
            awaitStreamsOf(gateway, "small");
            answers.put("small", "slow:half of it");
            assertThat(isServedBy(gateway, "small")).isFalse();
            Awaitility.await()
                    .atMost(WITHIN)
                    .untilAsserted(() -> assertThat(lost()).isOne());
        }
    }
}
