package dev.llmrouter.camel;

import jakarta.jms.ConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A user's instance that takes tickets from a queue, transacted; runs until it is killed. Arguments: broker URL, policy. */
final class JmsApplication {
    private JmsApplication() {}

    public static void main(String[] arguments) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        ConnectionFactory connections = new ActiveMQConnectionFactory(arguments[0]);
        camel.addComponent("jms", JmsComponent.jmsComponentTransacted(connections));
        camel.start();
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("user.yaml", """
                - route:
                    id: triage
                    from:
                      uri: jms:queue:tickets?concurrentConsumers=4
                      steps:
                        - to: "kamelet:llm-route-action?policy=file:%s&task=triage"
                        - to: "jms:queue:answers?headerFilterStrategy=#class:dev.llmrouter.camel.ResultHeaderFilterStrategy"
                """.formatted(arguments[1])));
        Thread.currentThread().join();
    }
}
