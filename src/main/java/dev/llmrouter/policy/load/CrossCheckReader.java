package dev.llmrouter.policy.load;

import dev.llmrouter.policy.CrossCheck;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads the checks of {@code verify} that ask somebody. */
final class CrossCheckReader {
    private static final Bounds LEAST = Bounds.above(0, 1);
    private static final Bounds COUNT = Bounds.of(2, 9);
    private static final int DEFAULT_COUNT = 3;
    private static final double DEFAULT_AGREEMENT = 0.5;
    /** A grade of 4 of 5. */
    private static final double DEFAULT_GRADE = 0.75;

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

    private final Names names;

    CrossCheckReader(Names names) {
        this.names = names;
    }

    /** @return null if there is none */
    @Nullable
    CrossCheck read(MappingFields verify) {
        String bean = verify.text("bean");
        CrossCheck.Samples samples = samples(verify);
        CrossCheck.Second second = second(verify);
        CrossCheck.Grade judge = judge(verify);
        Duration timeout = verify.duration("timeout", Duration.ofMillis(10), Duration.ofMinutes(10), DEFAULT_TIMEOUT);
        return bean == null && samples == null && second == null && judge == null
                ? null
                : new CrossCheck(bean, samples, second, judge, timeout);
    }

    private static CrossCheck.@Nullable Samples samples(MappingFields verify) {
        MappingFields fields = verify.inner("samples");
        if (fields == null) {
            return null;
        }
        CrossCheck.Samples samples = new CrossCheck.Samples(
                fields.integer("count", COUNT, DEFAULT_COUNT),
                fields.decimal("least", LEAST, DEFAULT_AGREEMENT),
                comparison(fields));
        fields.done();
        return samples;
    }

    private CrossCheck.@Nullable Second second(MappingFields verify) {
        MappingFields fields = verify.inner("second");
        if (fields == null) {
            return null;
        }
        fields.required("model", "Name the model whose agreement is asked for; one of another maker says most.");
        String model = fields.name("model", "model", names.models());
        double least = fields.decimal("least", LEAST, DEFAULT_AGREEMENT);
        CrossCheck.Comparison comparison = comparison(fields);
        fields.done();
        return model == null ? null : new CrossCheck.Second(model, least, comparison);
    }

    private CrossCheck.@Nullable Grade judge(MappingFields verify) {
        MappingFields fields = verify.inner("judge");
        if (fields == null) {
            return null;
        }
        fields.required("model", "Name the model that grades outputs.");
        String model = fields.name("model", "model", names.models());
        double least = fields.decimal("least", LEAST, DEFAULT_GRADE);
        fields.done();
        return model == null ? null : new CrossCheck.Grade(model, least);
    }

    private static CrossCheck.Comparison comparison(MappingFields fields) {
        return fields.choice("compare", CrossCheck.Comparison.class, CrossCheck.Comparison.NORMALISED);
    }
}
