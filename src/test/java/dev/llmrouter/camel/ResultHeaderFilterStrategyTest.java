package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultHeaderFilterStrategyTest {
    @ParameterizedTest
    @CsvSource({
        "CamelLlmRouterTask, true",
        "CamelLlmRouterRequestId, true",
        "CamelLlmRouterVerifyFault, true",
        "CamelLlmRouterFeedbackStatus, true",
        "CamelLlmRouterAlarm, true",
        "CamelLlmRouterAuditPeriod, true",
        "CamelLlmRouterAuditChanges, true",
        "CamelLlmRouterVerdict, true",
        "CamelLlmRouterExitCode, true",
        "CamelLlmRouterReport, true",
        "CamelLlmRouterValidateReason, true",
        "CamelLlmRouterSystemPrompt, false",
        "CamelLlmRouterTemperature, false",
        "CamelLlmRouterMaxTokens, false",
        "CamelLlmRouterEmbeddingModel, false",
        "CamelLlmRouterDimensions, false",
        "CamelLlmRouterValidateAcceptedBy, false",
        "CamelLlmRouterValidateMaxCost, false",
        "CamelLlmRouterValidateMargin, false",
        "CamelLlmRouterOfTomorrow, false",
        "camelllmroutercostusd, true",
        "CamelFileName, false",
        "JMSXUserID, false",
        "JMSXDeliveryCount, false",
        "JMSXGroupID, true",
        "priority, true"
    })
    void resultsAndOnesOwnGoOutAndNothingThatCamelOrAJmsProviderSets(String header, boolean isSent) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            assertThat(new ResultHeaderFilterStrategy()
                            .applyFilterToCamelHeaders(header, "x", new DefaultExchange(camel)))
                    .isNotEqualTo(isSent);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CamelLlmRouterTask, true",
        "CamelLlmRouterRequestId, true",
        "CamelLlmRouterCostUsd, true",
        "camelllmroutertask, false",
        "CamelLlmRouterSystemPrompt, false",
        "CamelLlmRouterTemperature, false",
        "CamelLlmRouterMaxTokens, false",
        "CamelLlmRouterEmbeddingModel, false",
        "CamelLlmRouterTakesStream, false",
        "CamelLlmRouterValidateMaxCost, false",
        "CamelLlmRouterValidateAcceptedBy, false",
        "CamelFileName, false"
    })
    void resultsComeInWhereTheConsumerTrustsItsQueueAndNothingThatSteers(String header, boolean isResult)
            throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            DefaultExchange exchange = new DefaultExchange(camel);
            assertThat(new ResultHeaderFilterStrategy().applyFilterToExternalHeaders(header, "x", exchange))
                    .isTrue();
            assertThat(new ResultHeaderFilterStrategy(true).applyFilterToExternalHeaders(header, "x", exchange))
                    .isNotEqualTo(isResult);
        }
    }
}
