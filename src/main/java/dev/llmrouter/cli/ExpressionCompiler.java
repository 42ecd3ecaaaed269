package dev.llmrouter.cli;

import dev.llmrouter.camel.CamelExpressions;
import dev.llmrouter.policy.load.ExpressionChecker;
import java.io.IOException;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the expressions of a policy. The Camel context, which takes a good part of a second to build, is made for the
 * first expression and never started. Not safe for use by several threads.
 */
final class ExpressionCompiler implements ExpressionChecker, AutoCloseable {
    private @Nullable DefaultCamelContext context;
    private @Nullable CamelExpressions expressions;

    @Override
    public @Nullable String problemWith(String language, String expression) {
        try {
            if (language.equals("jsonpath")) {
                expressions().jsonpath(expression);
            } else {
                expressions().simple(expression);
            }
            return null;
        } catch (IllegalArgumentException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return String.valueOf(cause.getMessage());
        }
    }

    private CamelExpressions expressions() {
        CamelExpressions made = expressions;
        if (made == null) {
            DefaultCamelContext built = new DefaultCamelContext();
            // Nothing is said at its end either: standard output belongs to the command's result.
            built.setStartupSummaryLevel(StartupSummaryLevel.Off);
            built.build();
            context = built;
            made = new CamelExpressions(built);
            expressions = made;
        }
        return made;
    }

    @Override
    public void close() throws IOException {
        if (context != null) {
            context.close();
        }
    }
}
