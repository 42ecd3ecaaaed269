package dev.llmrouter.dispatch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.llmrouter.chat.ChatReply;
import dev.llmrouter.chat.CodeFence;
import dev.llmrouter.policy.CrossCheck;
import dev.llmrouter.policy.Verify;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks whether an output is usable, by a task's {@code verify}. Safe for use by many threads. */
public final class OutputCheck {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Verify verify;
    private final @Nullable Pattern regex;
    private final @Nullable JsonSchema schema;
    private final Set<String> allowed;

    public OutputCheck(Verify verify) {
        this.verify = verify;
        this.regex = verify.regex() == null ? null : Pattern.compile(verify.regex());
        this.schema = verify.jsonSchema() == null
                ? null
                : JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(JSON.valueToTree(verify.jsonSchema()));
        this.allowed = verify.oneOf().stream().map(OutputCheck::plain).collect(Collectors.toUnmodifiableSet());
    }

    /** What is done with an output that is not usable. */
    public Verify.OnFailure onFailure() {
        return verify.onFailure();
    }

    /** What asks somebody, besides what is looked at here; null for nothing. */
    public @Nullable CrossCheck asks() {
        return verify.crossCheck();
    }

    /** What is wrong with an answer's text, or that there is none because it was declined; null if it is usable. */
    public @Nullable String fault(ChatReply reply) {
        return verify.noRefusal() && DeclinedOutput.isTold(reply)
                ? "the provider says that the output was declined or filtered"
                : fault(reply.text());
    }

    /** What is wrong with the output, without quoting it; null if it is usable. */
    public @Nullable String fault(String output) {
        if (output.length() < verify.minLength()) {
            return "the output has " + output.length() + " characters, at least " + verify.minLength() + " are needed";
        }
        if (verify.maxLength() != null && output.length() > verify.maxLength()) {
            return "the output has " + output.length() + " characters, at most " + verify.maxLength() + " are allowed";
        }
        if (!allowed.isEmpty() && !allowed.contains(plain(output))) {
            return "the output is none of the " + allowed.size() + " allowed values";
        }
        if (verify.noRefusal() && DeclinedOutput.opens(output)) {
            return "the output opens like a refusal";
        }
        if (regex != null && !regex.matcher(output).find()) {
            return "the output does not match the regex";
        }
        return verify.json() || schema != null ? jsonFault(output) : null;
    }

    private @Nullable String jsonFault(String output) {
        JsonNode json;
        try {
            json = JSON.readTree(CodeFence.off(output));
        } catch (JsonProcessingException e) {
            return "the output is not JSON";
        }
        if (json.isMissingNode()) {
            return "the output is not JSON";
        }
        if (schema == null) {
            return null;
        }
        Set<ValidationMessage> faults = schema.validate(json);
        return faults.isEmpty()
                ? null
                : "the output breaks its JSON schema in " + faults.size() + " place(s), first at "
                        + faults.iterator().next().getInstanceLocation();
    }

    private static String plain(String text) {
        String stripped = text.strip();
        if (stripped.endsWith(".")) {
            stripped = stripped.substring(0, stripped.length() - 1);
        }
        return stripped.toLowerCase(Locale.ROOT);
    }
}
