package dev.llmrouter.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProxyTest {
    @Test
    void readsWhatEnvironmentsHave() {
        assertThat(HttpProxy.parse(" http://gate.example:3128/ "))
                .isEqualTo(new HttpProxy("gate.example", 3128, null, null));
        assertThat(HttpProxy.parse("gate.example:80")).isEqualTo(new HttpProxy("gate.example", 80, null, null));
        assertThat(HttpProxy.parse("http://[::1]:80")).isEqualTo(new HttpProxy("::1", 80, null, null));
        assertThat(HttpProxy.parse("http://[::1]:80").host()).isEqualTo("::1");
        assertThat(HttpProxy.parse("Direct")).isEqualTo(HttpProxy.DIRECT);
    }

    @Test
    void decodesUserAndPasswordAndShowsNeither() {
        HttpProxy proxy = HttpProxy.parse("http://me%40corp:p%3Aa+s@gate.example:3128");
        assertThat(proxy.user()).isEqualTo("me@corp");
        assertThat(Objects.requireNonNull(proxy.password()).reveal()).isEqualTo("p:a+s");
        assertThat(proxy).hasToString("gate.example:3128");
        assertThat(HttpProxy.parse("http://me@gate.example:3128").password()).isNull();
    }

    /** As containers are called, and no host of java.net.URI. */
    @ParameterizedTest
    @ValueSource(strings = {"squid_proxy", "_gate", "net.my_gate.example", "1proxy"})
    void readsNamesThatDnsHasNot(String host) {
        assertThat(HttpProxy.parse("http://" + host + ":3128/")).isEqualTo(new HttpProxy(host, 3128, null, null));
        assertThat(HttpProxy.parse("me:p%40ss@" + host + ":3128"))
                .isEqualTo(new HttpProxy(host, 3128, "me", Secret.of("p@ss")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:s3cret@gate.example",
                "https://me:s3cret@gate.example:3128",
                "http://me:s3cret@gate.example:0",
                "http://me:s3cret@gate.example:70000",
                "http://me:s3cret@gate example:3128",
                "http://me:s3cret@gate.example:3128/x?y",
                "http://me:s3cret@squid_proxy",
                "http://me:s3cret@squid_proxy:",
                "http://me:s3cret@squid_proxy:0",
                "http://me:s3cret@squid_proxy:99999",
                "http://me:s3cret@squid..proxy:3128",
                "http://me:s3cret@999.1.1.1:3128",
                "http://me:s3cret@:3128"
            })
    void repeatsNothingOfWhatItCannotRead(String text) {
        assertThatThrownBy(() -> HttpProxy.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .doesNotContain("s3cret");
    }
}
