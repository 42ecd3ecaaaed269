package dev.llmrouter.camel.files;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** Watches a folder, in a process of its own, until the file of its third argument is gone; or until it is killed. */
public final class FilesApplication {
    private FilesApplication() {}

    /** @param arguments the folder; the policy, or {@code stub} to answer every line at once without the router; properties as name=value */
    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        boolean stub = arguments[1].equals("stub");
        if (stub) {
            main.configure().addRoutesBuilder(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:llm-route").setBody(constant("yes"));
                }
            });
        } else {
            main.addInitialProperty("llm-router.policy", "file:" + arguments[1]);
        }
        main.addInitialProperty(
                "camel.main.routes-include-pattern",
                stub
                        ? "classpath:routes-xml/llm-files.xml,classpath:routes-xml/llm-configuration.xml"
                        : "classpath:routes-xml/*.xml");
        main.addInitialProperty("llm-router.files.in", arguments[0]);
        for (int i = 2; i < arguments.length; i++) {
            String[] property = arguments[i].split("=", 2);
            main.addInitialProperty(property[0], property[1]);
        }
        main.start();
        System.out.println("watching");
        java.io.File end = new java.io.File(arguments[0], "end");
        while (!end.exists()) {
            Thread.sleep(20);
        }
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name :
                server.queryNames(new ObjectName("org.apache.camel:type=services,name=FileBatches*,*"), null)) {
            System.out.println("jmx answered=" + server.getAttribute(name, "Answered") + " skipped="
                    + server.getAttribute(name, "Skipped") + " remaining="
                    + server.getAttribute(name, "LinesRemaining"));
        }
        main.stop();
    }
}
