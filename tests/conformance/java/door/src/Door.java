package sotto.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The control door before a server: the same paths as in {@code node/door.mjs}, where they are described.
 */
public final class Door {
    /** What a server must be able to do for a test. */
    public interface Bayeux {
        List<String> sessions();

        void publish(String channel, Map<String, Object> data);

        int kick();

        int disconnect();

        void interval(long milliseconds);
    }

    /** What the server refuses at the moment. */
    public static final class Policy {
        public volatile boolean handshake = true;
        public volatile boolean subscribe = true;
    }

    private final Bayeux bayeux;
    private final Policy policy;

    private Door(Bayeux bayeux, Policy policy) {
        this.bayeux = bayeux;
        this.policy = policy;
    }

    /** The {@code name=value} arguments of a server. */
    public static Map<String, String> settings(String[] arguments) {
        return pairs(Arrays.stream(arguments));
    }

    public static InetAddress loopback() {
        return InetAddress.getLoopbackAddress();
    }

    /** Opens the door, says where it and the server are, and ends the process when its standard input ends. */
    public static void open(int port, int door, Bayeux bayeux, Policy policy) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(loopback(), door), 0);
        http.setExecutor(Executors.newCachedThreadPool());
        http.createContext("/", new Door(bayeux, policy)::handle);
        http.start();
        System.out.println("READY " + port + " " + http.getAddress().getPort());
        while (System.in.read() >= 0) {
            // Only the end of it matters.
        }
        Runtime.getRuntime().halt(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        Map<String, String> parameters = pairs(query == null ? Stream.empty() : Arrays.stream(query.split("&")));
        String answer;
        try {
            answer = answer(exchange.getRequestURI().getPath(), parameters);
        } catch (RuntimeException error) {
            error.printStackTrace();
            answer = null;
        }
        byte[] body = answer == null ? new byte[0] : answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer == null ? 500 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String answer(String path, Map<String, String> query) {
        return switch (path) {
            case "/sessions" -> bayeux.sessions().stream()
                .map(id -> '"' + id + '"')
                .collect(Collectors.joining(",", "[", "]"));
            case "/publish" -> "{\"sent\":" + publish(query) + "}";
            case "/kick" -> "{\"kicked\":" + bayeux.kick() + "}";
            case "/disconnect" -> "{\"disconnected\":" + bayeux.disconnect() + "}";
            case "/policy" -> {
                policy.handshake = Boolean.parseBoolean(query.getOrDefault("handshake", "" + policy.handshake));
                policy.subscribe = Boolean.parseBoolean(query.getOrDefault("subscribe", "" + policy.subscribe));
                yield "{}";
            }
            case "/advice" -> {
                bayeux.interval(Long.parseLong(query.get("interval")));
                yield "{}";
            }
            case "/usage" -> "{\"cpu_s\":" + processorSeconds() + "}";
            default -> null;
        };
    }

    private long publish(Map<String, String> query) {
        long number = Long.parseLong(query.getOrDefault("n", "1"));
        long first = Long.parseLong(query.getOrDefault("first", "0"));
        long rate = Long.parseLong(query.getOrDefault("rate", "0"));
        long burst = Long.parseLong(query.getOrDefault("burst", "1"));
        String pad = "x".repeat(Integer.parseInt(query.getOrDefault("size", "0")));
        String channel = query.get("channel");
        long began = System.nanoTime();
        for (long sent = 0; sent < number; sent++) {
            if (rate > 0 && sent % burst == 0) {
                // By an absolute schedule, so that a late message is made good by the next one.
                long due = began + sent * 1_000_000_000L / rate;
                for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                    LockSupport.parkNanos(wait);
                }
            }
            Map<String, Object> data = new LinkedHashMap<>();
            data.put("i", first + sent);
            data.put("t", System.nanoTime() / 1_000);
            data.put("pad", pad);
            bayeux.publish(channel, data);
        }
        return number;
    }

    private static double processorSeconds() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return system.getProcessCpuTime() / 1e9;
    }

    private static Map<String, String> pairs(Stream<String> texts) {
        return texts
            .map(text -> text.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair.length > 1 ? pair[1] : "", (a, b) -> b));
    }
}
