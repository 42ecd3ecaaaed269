package dev.llmrouter.camel;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/** The routes that are shipped, in a context of a test. */
public final class ShippedRoutes {
    private ShippedRoutes() {}

    /** Loads them. @param folder of the test, in which nobody keeps routes of his own */
    public static void load(CamelContext camel, Path folder) throws Exception {
        List<Resource> files = new ArrayList<>();
        for (String file : RouteFiles.locate(folder.resolve("none"))) {
            files.add(PluginHelper.getResourceLoader(camel).resolveResource(file));
        }
        PluginHelper.getRoutesLoader(camel).loadRoutes(files);
    }
}
