package dev.llmrouter.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Beans that make vectors where LangChain4j, which is optional, is not there. */
class EmbedderBeanTest {
    private static URL[] classPathWithoutLangChain4j() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.contains("langchain4j")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return urls.toArray(URL[]::new);
    }

    @Test
    void withoutLangChain4jABeanThatMakesNoVectorsIsNamedAndNothingFailsToLoad() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(classPathWithoutLangChain4j(), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThatThrownBy(() -> loader.loadClass("dev.langchain4j.model.embedding.EmbeddingModel"))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> context = loader.loadClass("org.apache.camel.impl.DefaultCamelContext");
            Object camel = context.getConstructor().newInstance();
            Object registry = context.getMethod("getRegistry").invoke(camel);
            loader.loadClass("org.apache.camel.spi.Registry")
                    .getMethod("bind", String.class, Object.class)
                    .invoke(registry, "mine", "no embedder");
            Method of = loader.loadClass("dev.llmrouter.camel.EmbedderBean")
                    .getDeclaredMethod("of", loader.loadClass("org.apache.camel.CamelContext"), String.class);
            of.setAccessible(true);

            assertThatThrownBy(() -> of.invoke(null, camel, "mine"))
                    .isInstanceOfSatisfying(
                            InvocationTargetException.class,
                            thrown -> assertThat(thrown.getCause())
                                    .isInstanceOf(IllegalArgumentException.class)
                                    .hasMessageContaining("has a java.lang.String under the name 'mine'"));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
