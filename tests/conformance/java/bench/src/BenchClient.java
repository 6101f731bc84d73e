package sotto.conformance;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cometd.bayeux.Message;
import org.cometd.bayeux.client.ClientSessionChannel;
import org.cometd.client.BayeuxClient;
import org.cometd.client.ext.AckExtension;
import org.cometd.client.http.jetty.JettyHttpClientTransport;
import org.eclipse.jetty.client.HttpClient;

/**
 * The official Java client as a bench client: {@code URL N [ack]} or {@code URL idle SECONDS [ack]}. It reports the same fields
 * as the clients in Rust, except for allocations, which it does not count.
 */
public final class BenchClient {
    private static final long PATIENCE_SECONDS = 8;

    private final long[] latencies;
    private final boolean[] seen;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int got;
    private int doubled;
    private int outOfOrder;
    private int next;
    private long first;
    private long last;

    private BenchClient(int expected) {
        latencies = new long[expected];
        seen = new boolean[expected];
    }

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        long idle = arguments[1].equals("idle") ? Long.parseLong(arguments[2]) : 0;
        int expected = idle > 0 ? 0 : Integer.parseInt(arguments[1]);
        boolean ack = arguments[arguments.length - 1].equals("ack");
        new BenchClient(expected).run(url, idle, ack);
    }

    private void run(String url, long idle, boolean ack) throws Exception {
        HttpClient http = new HttpClient();
        http.start();
        BayeuxClient client = new BayeuxClient(url, new JettyHttpClientTransport(null, http));
        if (ack) {
            client.addExtension(new AckExtension());
        }
        client.handshake();
        if (!client.waitFor(10_000, BayeuxClient.State.CONNECTED)) {
            throw new IOException("not connected");
        }
        CountDownLatch subscribed = new CountDownLatch(1);
        client.getChannel("/bench").subscribe(this::received, reply -> subscribed.countDown());
        subscribed.await();
        Thread.sleep(300);
        double cpu = processorSeconds();
        System.out.println("READY");
        if (idle > 0) {
            Thread.sleep(idle * 1000);
        } else {
            int before;
            do {
                before = got;
            } while (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && before != got);
        }
        report(ack, processorSeconds() - cpu);
        Runtime.getRuntime().halt(0);
    }

    private synchronized void received(ClientSessionChannel channel, Message message) {
        long now = System.nanoTime() / 1000;
        Map<String, Object> data = message.getDataAsMap();
        int number = ((Number)data.get("i")).intValue();
        if (got == 0) {
            first = now;
        }
        last = now;
        if (seen[number]) {
            doubled++;
            return;
        }
        seen[number] = true;
        latencies[got] = now - ((Number)data.get("t")).longValue();
        if (number != next) {
            outOfOrder++;
        }
        next = number + 1;
        got++;
        if (got == latencies.length) {
            done.countDown();
        }
    }

    private synchronized void report(boolean ack, double cpu) throws IOException {
        long[] sorted = Arrays.copyOf(latencies, got);
        Arrays.sort(sorted);
        double seconds = (last - first) / 1e6;
        System.out.printf(
            "{\"client\":\"BayeuxClient 8.0.10%s\",\"got\":%d,\"rate\":%d,\"p50_us\":%s,\"p99_us\":%s,\"max_us\":%s,"
                + "\"out_of_order\":%d,\"doubled\":%d,\"lost\":%d,\"cpu_s\":%s,\"wakeups\":null,\"rss_kib\":%d,"
                + "\"allocations\":null,\"allocated_bytes\":null}%n",
            ack ? ", ack" : "", got, seconds > 0 ? Math.round((got - 1) / seconds) : 0, at(sorted, 0.5), at(sorted, 0.99),
            at(sorted, 1), outOfOrder, doubled, latencies.length - got, cpu, resident());
    }

    private static String at(long[] sorted, double part) {
        return sorted.length == 0 ? "null" : "" + sorted[Math.min(sorted.length - 1, (int)(part * sorted.length))];
    }

    private static double processorSeconds() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        return system.getProcessCpuTime() / 1e9;
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .map(line -> line.replaceAll("\\D+", ""))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElse(0);
    }
}
