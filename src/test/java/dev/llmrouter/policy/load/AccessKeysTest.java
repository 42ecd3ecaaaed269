package dev.llmrouter.policy.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.llmrouter.policy.AccessKey;
import dev.llmrouter.policy.AccessKeys;
import dev.llmrouter.policy.RoutingPolicy;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessKeysTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static RoutingPolicy policyWith(AccessKeys.Generated... keys) {
        StringBuilder text = new StringBuilder(Sample.POLICY).append("keys:\n");
        for (AccessKeys.Generated key : keys) {
            text.append("  ").append(key.yaml()).append('\n');
        }
        PolicyCheck check = Sample.check(text.toString());
        assertThat(check.problems()).as(check.text()).isEmpty();
        return check.orThrow();
    }

    @Test
    void findsTheCallerOfAGeneratedKeyThatStandsInThePolicy() {
        AccessKeys.Generated a = AccessKeys.generate("team-a", RANDOM);
        AccessKeys.Generated b = AccessKeys.generate("team-b", RANDOM);
        AccessKeys keys = AccessKeys.of(policyWith(a, b).keys());
        assertThat(keys.find(a.key())).map(AccessKey::name).contains("team-a");
        assertThat(keys.find(b.key())).map(AccessKey::name).contains("team-b");
    }

    @Test
    void findsNobodyForAnotherKey() {
        AccessKeys.Generated key = AccessKeys.generate("team-a", RANDOM);
        AccessKeys keys = AccessKeys.of(policyWith(key).keys());
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.find(key.key() + " ")).isEmpty();
        assertThat(keys.find(key.key().toLowerCase(java.util.Locale.ROOT) + "x"))
                .isEmpty();
        assertThat(keys.find(policyWith(key).keys().get(0).sha256())).isEmpty();
        assertThat(keys.find("x".repeat(1_000_000))).isEmpty();
        assertThat(keys.find("\uD800")).isEmpty();
    }

    @Test
    void aHashOfTheEmptyTextLetsNobodyIn() {
        String emptySha256 = PolicyLoader.sha256("");
        AccessKeys keys = AccessKeys.of(List.of(
                new AccessKey("a", emptySha256, java.util.Set.of(), java.util.Set.of(), java.util.Set.of(), false)));
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.find("x".repeat(1_001))).isEmpty();
    }

    @Test
    void aPolicyWithoutKeysHasNone() {
        assertThat(AccessKeys.of(Sample.check(Sample.POLICY).orThrow().keys()).isEmpty())
                .isTrue();
    }

    @Test
    void keepsWhatAKeyMayUse() {
        String yaml = AccessKeys.generate("team-a", RANDOM).yaml().replace(" }", ", tasks: [triage], tiers: economy }");
        AccessKey key = Sample.check(Sample.POLICY + "keys:\n" + yaml + "\n")
                .orThrow()
                .keys()
                .get(0);
        assertThat(key.tasks()).containsExactly("triage");
        assertThat(key.tiers()).containsExactly("economy");
        assertThat(key.models()).isEmpty();
    }

    @Test
    void showsTheKeyNowhereButWhereItIsAskedFor() {
        AccessKeys.Generated key = AccessKeys.generate("team-a", RANDOM);
        assertThat(key.key()).matches("llmr-[A-Za-z0-9_-]{43}");
        assertThat(key.toString()).doesNotContain(key.key());
        assertThat(key.yaml()).doesNotContain(key.key());
    }

    @Test
    void refusesANameThatThePolicyCouldNotHold() {
        assertThatThrownBy(() -> AccessKeys.generate("a\", sha256: \"", RANDOM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not allowed");
    }
}
