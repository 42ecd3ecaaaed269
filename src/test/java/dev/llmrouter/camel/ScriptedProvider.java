package dev.llmrouter.camel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider on a real socket that does what it is told, request after request; the last behaviour stays. */
final class ScriptedProvider implements AutoCloseable {
    /** What is done with one request. */
    interface Behaviour {
        void answer(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Behaviour> script = new ConcurrentLinkedDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    /** Bodies of the requests that came. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Request lines and headers of the requests that came, as they were sent. */
    final List<String> heads = new CopyOnWriteArrayList<>();

    /** When the requests came, by {@link System#nanoTime}. */
    final List<Long> arrivals = new CopyOnWriteArrayList<>();

    /** Counts down when a client has gone while its stream was being written. */
    final CountDownLatch clientGone = new CountDownLatch(1);

    ScriptedProvider() throws IOException {
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void does(Behaviour... behaviours) {
        script.clear();
        requests.clear();
        heads.clear();
        arrivals.clear();
        script.addAll(List.of(behaviours));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String body = readBody(socket.getInputStream());
            arrivals.add(System.nanoTime());
            requests.add(body);
            Behaviour behaviour = script.size() > 1 ? script.poll() : script.peek();
            if (behaviour != null) {
                behaviour.answer(socket, socket.getOutputStream());
            }
        } catch (IOException | InterruptedException e) {
            clientGone.countDown();
        }
    }

    private String readBody(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        heads.add(head.toString(StandardCharsets.ISO_8859_1));
        String headers = head.toString(StandardCharsets.ISO_8859_1).toLowerCase(java.util.Locale.ROOT);
        int at = headers.indexOf("content-length:");
        int length = Integer.parseInt(
                headers.substring(at + 15, headers.indexOf('\r', at)).strip());
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    static Behaviour status(int status, String headers, String body) {
        return (socket, out) -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            out.write(("HTTP/1.1 " + status + " x\r\nContent-Type: application/json\r\nConnection: close\r\n" + headers
                            + "Content-Length: " + bytes.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.write(bytes);
            out.flush();
        };
    }

    static Behaviour error(int status, String code) {
        return status(
                status, "", "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"param\":null,\"code\":\"" + code + "\"}}");
    }

    static Behaviour says(String text) {
        return says("m", text);
    }

    static Behaviour says(String model, String text) {
        return status(
                200,
                "",
                "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"" + model
                        + "\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"" + text
                        + "\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}}");
    }

    /** Server-sent events, one after another; {@code null} waits until the provider is closed. */
    static Behaviour streams(String... events) {
        return (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.ISO_8859_1));
            for (String event : events) {
                out.write(("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        };
    }

    static String chunk(String text) {
        return "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                + "\"delta\":{\"content\":\"" + text + "\"},\"finish_reason\":null}]}";
    }

    static final String STOP =
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{},\"finish_reason\":\"stop\"}]}";

    static final String USAGE =
            "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[],"
                    + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}";

    /** The head of an answer that is longer than what comes of it. */
    static Behaviour cutShort(String part) {
        return (socket, out) -> {
            out.write(("HTTP/1.1 200 x\r\nContent-Type: application/json\r\nContent-Length: " + (part.length() + 400)
                            + "\r\n\r\n" + part)
                    .getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        };
    }

    static Behaviour reset() {
        return (socket, out) -> socket.setSoLinger(true, 0);
    }

    Behaviour silent() {
        return (socket, out) -> closing.await();
    }

    /** Sends the head and the given events, then nothing. */
    Behaviour stalls(String... events) {
        return (socket, out) -> {
            streams(events).answer(socket, out);
            closing.await();
        };
    }

    /** Goes on sending until the client has gone. */
    Behaviour endless() {
        return (socket, out) -> {
            streams(chunk("x")).answer(socket, out);
            while (closing.getCount() > 0) {
                out.write(("data: " + chunk("x".repeat(200)) + "\n\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        };
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
        threads.shutdownNow();
    }
}
