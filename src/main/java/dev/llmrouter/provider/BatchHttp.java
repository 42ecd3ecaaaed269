package dev.llmrouter.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.llmrouter.chat.ChatError;
import dev.llmrouter.chat.ChatRequest;
import dev.llmrouter.chat.ProviderDialect;
import dev.llmrouter.chat.ToolNames;
import dev.llmrouter.policy.Model;
import dev.llmrouter.policy.Provider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.streams.Pipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a provider's batch API: JSON, and files of any length, with memory for a piece of them. Redirects are not followed. */
final class BatchHttp {
    static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final Logger LOG = LoggerFactory.getLogger(BatchHttp.class);
    /** Bytes that an answer in JSON may have: 100 batches of a listing have some 100 kB. */
    private static final int JSON_BYTES = 16_000_000;
    /** A provider reads a file of 200 MB to its end before it says a word. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private final Vertx vertx;
    private final HttpClient http;
    private final Provider provider;
    private final ProviderDialect dialect;

    /** @param dialect of chat at the provider */
    BatchHttp(Vertx vertx, HttpClient http, Provider provider, ProviderDialect dialect) {
        this.vertx = vertx;
        this.http = http;
        this.provider = provider;
        this.dialect = dialect;
    }

    /**
     * What is sent.
     *
     * @param file is sent between the other two; null for nothing
     */
    record Upload(String type, byte[] before, @Nullable Path file, byte[] after) {
        static Upload json(ObjectNode json) {
            return new Upload("application/json", json.toString().getBytes(StandardCharsets.UTF_8), null, new byte[0]);
        }

        long size() throws IOException {
            return before.length + (file == null ? 0 : Files.size(file)) + after.length;
        }
    }

    Provider provider() {
        return provider;
    }

    /**
     * The body of a request as this provider gets it, never as a stream.
     *
     * @throws dev.llmrouter.chat.UnwritableRequestException if it cannot be written for the provider, or not so that the answer can be
     *     read without it
     */
    JsonNode body(ChatRequest request, Model model) throws JsonProcessingException {
        ChatRequest whole = request.stream() ? request.withoutStream() : request;
        ToolNames.requireTaken(dialect, whole);
        try {
            return JSON.readTree(ProviderRequest.body(dialect, whole, model));
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot be read", e);
        }
    }

    /** @param path at the provider, from its root */
    JsonNode get(String path) throws BatchException {
        return json(HttpMethod.GET, path, null);
    }

    JsonNode post(String path, @Nullable Upload upload) throws BatchException {
        return json(HttpMethod.POST, path, upload);
    }

    /** An id that may stand in a path. @throws BatchException if it is none: where it came from cannot be trusted */
    String id(JsonNode node, String what) throws BatchException {
        String id = node.asText();
        if (!node.isTextual() || !ID.matcher(id).matches()) {
            throw failure(ChatError.Kind.SERVER, "sent " + what + " that is none", null);
        }
        return id;
    }

    private JsonNode json(HttpMethod method, String path, @Nullable Upload upload) throws BatchException {
        Buffer answer = await(send(method, path, upload, response -> body(response, path)), path);
        try {
            return JSON.readTree(answer.getBytes());
        } catch (IOException e) {
            throw failure(ChatError.Kind.SERVER, "answered " + named(path) + " with what is no JSON", e);
        }
    }

    /** Fetches a file. @param to is overwritten */
    void download(String path, Path to) throws BatchException {
        await(
                send(
                        HttpMethod.GET,
                        path,
                        null,
                        response -> isOk(response)
                                ? save(response, to)
                                : body(response, path).mapEmpty()),
                path);
    }

    /** The pipe is there before the file is open: it is told of a connection that breaks meanwhile. */
    private Future<Void> save(HttpClientResponse response, Path to) {
        Pipe<Buffer> pipe = response.pipe();
        return vertx.fileSystem()
                .open(to.toString(), new OpenOptions().setTruncateExisting(true))
                .onFailure(failed -> pipe.close())
                .compose(pipe::to);
    }

    private static boolean isOk(HttpClientResponse response) {
        return response.statusCode() >= 200 && response.statusCode() < 300;
    }

    /**
     * @param reader is there before the request is sent, and runs where its answer begins: of a connection that breaks before
     *     somebody listens nobody is told, who would then wait for {@link #LONGEST}
     */
    private <T> Future<T> send(
            HttpMethod method, String path, @Nullable Upload upload, Function<HttpClientResponse, Future<T>> reader) {
        RequestOptions options = VertxProviderClient.address(provider)
                .setMethod(method)
                .setURI(ProviderRequest.uri(provider, path))
                .setIdleTimeout(SILENCE.toMillis());
        return http.request(options).compose(request -> {
            request.exceptionHandler(broken -> LOG.debug("A call of a batch API broke", broken));
            ProviderRequest.headers(provider, false, request.headers()::set);
            Future<HttpClientResponse> head = request.response();
            Future<T> response = head.compose(reader);
            if (upload == null) {
                request.headers().remove("content-type");
                return request.end().compose(sent -> response);
            }
            request.headers().set("content-type", upload.type());
            Path file = upload.file();
            if (file == null) {
                return request.end(Buffer.buffer(upload.before())).compose(sent -> response);
            }
            return stream(request, upload, file).transform(sent -> {
                // who refuses a file may say so, and close, before all of it is sent
                return sent.failed() && !head.succeeded() ? Future.failedFuture(sent.cause()) : response;
            });
        });
    }

    private Future<Void> stream(HttpClientRequest request, Upload upload, Path file) {
        try {
            request.headers().set("content-length", Long.toString(upload.size()));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        return vertx.fileSystem()
                .open(file.toString(), new OpenOptions().setWrite(false).setCreate(false))
                .compose(opened -> request.write(Buffer.buffer(upload.before()))
                        .compose(sent -> opened.pipe().endOnSuccess(false).to(request))
                        .compose(sent -> request.end(Buffer.buffer(upload.after())))
                        .onComplete(done -> opened.close()));
    }

    /** The whole body; fails for a status of failure. */
    private Future<Buffer> body(HttpClientResponse response, String path) {
        Promise<Buffer> whole = Promise.promise();
        Buffer sink = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(chunk -> {
            if (sink.length() + chunk.length() > JSON_BYTES) {
                whole.tryFail(failure(ChatError.Kind.SERVER, "answered " + named(path) + " with too much", null));
                response.request().reset();
            } else {
                sink.appendBuffer(chunk);
            }
        });
        response.endHandler(end -> {
            if (isOk(response)) {
                whole.tryComplete(sink);
            } else {
                whole.tryFail(refused(response.statusCode(), sink.getBytes(), path));
            }
        });
        return whole.future();
    }

    private BatchException refused(int status, byte[] body, String path) {
        if (status >= 300 && status < 400) {
            return failure(
                    ChatError.Kind.SERVER,
                    "answered " + named(path) + " with a redirect, status " + status + ", which is never followed",
                    null);
        }
        if (status == Sniffing.PROXY_STATUS) {
            return failure(ChatError.Kind.SERVER, Sniffing.PROXY_REFUSES, null);
        }
        ChatError error = dialect.parseError(status, body);
        return failure(
                error.kind(),
                "answered " + named(path) + " with " + error.kind() + ", status " + status
                        + (error.code() == null ? "" : ", " + word(error.code())),
                null);
    }

    private <T> T await(Future<T> future, String path) throws BatchException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BatchException known) {
                throw known;
            }
            throw failure(ChatError.Kind.SERVER, "cannot be reached, or broke off, at " + named(path), e.getCause());
        } catch (TimeoutException e) {
            throw failure(ChatError.Kind.TIMEOUT, "did not answer " + named(path) + " within " + LONGEST, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure(ChatError.Kind.TIMEOUT, "was not waited for at " + named(path), e);
        }
    }

    BatchException failure(ChatError.Kind kind, String what, @Nullable Throwable cause) {
        return new BatchException(kind, "Provider '" + provider.name() + "' " + what + ".", cause);
    }

    /** Without the query, which may hold a key. */
    private static String named(String path) {
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    /** What a provider says of a fault, if it is a word and no sentence: sentences may quote the request. */
    static String word(JsonNode node) {
        return word(node.asText());
    }

    private static String word(String word) {
        return ID.matcher(word).matches() ? word : "no reason given";
    }
}
