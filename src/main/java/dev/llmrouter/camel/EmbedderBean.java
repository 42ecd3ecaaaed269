package dev.llmrouter.camel;

import dev.llmrouter.classify.TextEmbedder;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The bean that the policy's {@code classifier.embedding.bean} names. */
final class EmbedderBean {
    private static final String LANGCHAIN4J = "dev.langchain4j.model.embedding.EmbeddingModel";

    private EmbedderBean() {}

    /** @throws IllegalArgumentException if there is none, or it makes no vectors; the message says what to do */
    static TextEmbedder of(CamelContext camel, String name) {
        Object bean = camel.getRegistry().lookupByName(name);
        if (bean instanceof TextEmbedder embedder) {
            return embedder;
        }
        TextEmbedder adapted = bean == null || !hasLangChain4j() ? null : LangChainEmbedder.of(bean);
        if (adapted != null) {
            return adapted;
        }
        throw new IllegalArgumentException("classifier.embedding.bean: the registry has " + described(bean)
                + " under the name '" + name + "'; bind one that implements " + TextEmbedder.class.getName()
                + ", or LangChain4j's EmbeddingModel");
    }

    /** LangChain4j is an optional dependency: its classes are only touched where it is there. */
    private static boolean hasLangChain4j() {
        try {
            Class.forName(LANGCHAIN4J, false, EmbedderBean.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static String described(@Nullable Object bean) {
        return bean == null ? "no bean" : "a " + bean.getClass().getName();
    }
}
