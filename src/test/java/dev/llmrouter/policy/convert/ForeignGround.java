package dev.llmrouter.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.llmrouter.policy.RoutingPolicy;
import dev.llmrouter.policy.convert.ForeignConfigs.From;
import dev.llmrouter.policy.load.PolicyCheck;
import dev.llmrouter.policy.load.PolicyLoader;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** Configurations of other gateways, the policies that are made of them, and what is remarked. */
abstract class ForeignGround {
    private static final LocalDate DAY = LocalDate.of(2026, 7, 2);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-07-03T00:00:00Z"), ZoneOffset.UTC);

    static Converted liteLlm(String config) {
        return ForeignConfigs.convert(From.LITELLM, config, "config.yaml", DAY);
    }

    static Converted portkey(String config) {
        return ForeignConfigs.convert(From.PORTKEY, config, "config.json", DAY);
    }

    static RoutingPolicy policy(Converted converted) {
        return usable(PolicyLoader.builder(CLOCK), converted);
    }

    /** @param environment gives the value of a placeholder */
    static RoutingPolicy policy(Converted converted, UnaryOperator<String> environment) {
        return usable(PolicyLoader.builder(CLOCK).placeholders(environment::apply), converted);
    }

    private static RoutingPolicy usable(PolicyLoader.Builder loader, Converted converted) {
        PolicyCheck check = loader.build().check(converted.policy(), "policy.yaml");
        assertThat(check.policy()).as(converted.policy() + check.text()).isNotNull();
        return Objects.requireNonNull(check.policy());
    }

    static List<String> remarks(Converted converted) {
        return converted.remarks().stream()
                .map(remark -> remark.path() + ": " + remark.text())
                .toList();
    }
}
