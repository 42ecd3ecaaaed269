package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SSLContextServerParameters;
import org.junit.jupiter.api.Test;

class TlsParametersTest {
    @Test
    void aClientAuthenticationThatThereIsNotIsSaidWithWhatIsAllowed() throws Exception {
        SSLContextServerParameters server = new SSLContextServerParameters();
        server.setClientAuthentication("MAYBE");
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setServerParameters(server);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            assertThatThrownBy(() -> TlsParameters.of(parameters, camel, "llm-gateway"))
                    .isInstanceOf(TlsParametersException.class)
                    .hasMessageContaining("clientAuthentication is 'MAYBE'; allowed: NONE, WANT, REQUIRE");
        }
    }
}
