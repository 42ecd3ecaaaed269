package dev.llmrouter.camel;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.llmrouter.classify.TextEmbedder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes vectors by LangChain4j. Loaded only where that is on the class path. As safe for use by many threads as its model. */
final class LangChainEmbedder implements TextEmbedder {
    private final EmbeddingModel model;

    private LangChainEmbedder(EmbeddingModel model) {
        this.model = model;
    }

    /** @return null if the bean is no model of LangChain4j that makes vectors */
    static @Nullable TextEmbedder of(Object bean) {
        return bean instanceof EmbeddingModel model ? new LangChainEmbedder(model) : null;
    }

    @Override
    public List<float[]> embed(List<String> texts) {
        return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                .map(Embedding::vector)
                .toList();
    }

    /** Class and model: another model of the same maker has other vectors. */
    @Override
    public String space() {
        return model.getClass().getName() + " " + model.modelName();
    }
}
