package dev.llmrouter.camel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A proxy that knows the CONNECT of RFC 9110, and by the names of hosts that it is given where these are. */
final class ConnectProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Map<String, Integer> hosts;
    private final @Nullable String credentials;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    /**
     * @param hosts ports of this machine by {@code HOST:PORT}
     * @param credentials that are asked for, in Base64; null for none
     */
    ConnectProxy(Map<String, Integer> hosts, @Nullable String credentials) throws IOException {
        this.hosts = hosts;
        this.credentials = credentials;
        background(() -> {
            while (!server.isClosed()) {
                Socket client = server.accept();
                background(() -> serve(client));
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** What it was asked, with the headers. */
    List<String> heads() {
        return heads;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void background(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                Thread.currentThread().interrupt(); // the other side has gone
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            while (!read.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int one = in.read();
                if (one < 0) {
                    return;
                }
                read.write(one);
            }
            String head = read.toString(StandardCharsets.ISO_8859_1);
            heads.add(head);
            String[] line = head.split(" ", 3);
            Integer port = line[0].equals("CONNECT") ? hosts.get(line[1]) : null;
            boolean isKnown = credentials == null
                    || head.toLowerCase(java.util.Locale.ROOT).contains("proxy-authorization: basic ")
                            && head.contains(credentials);
            if (!isKnown || port == null) {
                out.write(("HTTP/1.1 " + (isKnown ? "403 Forbidden" : "407 Proxy Authentication Required")
                                + "\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                return;
            }
            try (Socket target = new Socket(InetAddress.getLoopbackAddress(), port)) {
                out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                background(() -> in.transferTo(target.getOutputStream()));
                target.getInputStream().transferTo(out);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
