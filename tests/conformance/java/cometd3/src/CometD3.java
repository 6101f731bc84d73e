package sotto.conformance;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.cometd.bayeux.server.BayeuxServer;
import org.cometd.bayeux.server.ServerChannel;
import org.cometd.bayeux.server.ServerMessage;
import org.cometd.bayeux.server.ServerSession;
import org.cometd.server.AbstractServerTransport;
import org.cometd.server.BayeuxServerImpl;
import org.cometd.server.CometDServlet;
import org.cometd.server.DefaultSecurityPolicy;
import org.cometd.server.ext.AcknowledgedMessagesExtension;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.eclipse.jetty.websocket.jsr356.server.deploy.WebSocketServerContainerInitializer;

/** CometD 3.1 on Jetty 9.4, long-polling and WebSocket. */
public final class CometD3 {
    private static final String PATH = "/notifications";

    private CometD3() {
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>(Door.settings(arguments));
        int port = Integer.parseInt(settings.getOrDefault("port", "0"));
        int door = Integer.parseInt(settings.getOrDefault("door", "0"));
        boolean acknowledge = Boolean.parseBoolean(settings.getOrDefault("ack", "true"));
        settings.keySet().removeAll(List.of("port", "door", "ack"));

        Server server = new Server(new InetSocketAddress(Door.loopback(), port));
        ServletContextHandler context = new ServletContextHandler(server, "/");
        WebSocketServerContainerInitializer.configureContext(context);
        CometDServlet servlet = new CometDServlet();
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        holder.setInitParameter("ws.cometdURLMapping", PATH);
        settings.forEach(holder::setInitParameter);
        context.addServlet(holder, PATH + "/*");
        server.start();

        BayeuxServerImpl bayeux = servlet.getBayeux();
        if (acknowledge) {
            bayeux.addExtension(new AcknowledgedMessagesExtension());
        }
        Door.Policy policy = new Door.Policy();
        bayeux.setSecurityPolicy(new Refusing(policy));
        int where = ((ServerConnector)server.getConnectors()[0]).getLocalPort();
        Door.open(where, door, new Sessions(bayeux), policy);
    }

    private static final class Refusing extends DefaultSecurityPolicy {
        private final Door.Policy policy;

        private Refusing(Door.Policy policy) {
            this.policy = policy;
        }

        @Override
        public boolean canHandshake(BayeuxServer server, ServerSession session, ServerMessage message) {
            return policy.handshake && super.canHandshake(server, session, message);
        }

        @Override
        public boolean canSubscribe(BayeuxServer server, ServerSession session, ServerChannel channel, ServerMessage message) {
            return policy.subscribe && super.canSubscribe(server, session, channel, message);
        }
    }

    private record Sessions(BayeuxServerImpl bayeux) implements Door.Bayeux {
        private List<ServerSession> remote() {
            return new ArrayList<>(bayeux.getSessions()).stream()
                .filter(session -> !session.isLocalSession())
                .collect(Collectors.toList());
        }

        @Override
        public List<String> sessions() {
            return remote().stream().map(ServerSession::getId).collect(Collectors.toList());
        }

        @Override
        public void publish(String channel, Map<String, Object> data) {
            bayeux.createChannelIfAbsent(channel).getReference().publish(null, data);
        }

        @Override
        public int kick() {
            List<ServerSession> all = remote();
            all.forEach(session -> bayeux.removeServerSession(session, true));
            return all.size();
        }

        @Override
        public int disconnect() {
            List<ServerSession> all = remote();
            all.forEach(ServerSession::disconnect);
            return all.size();
        }

        @Override
        public void interval(long milliseconds) {
            bayeux.setOption(AbstractServerTransport.INTERVAL_OPTION, milliseconds);
            bayeux.getKnownTransportNames().stream()
                .map(bayeux::getTransport)
                .filter(AbstractServerTransport.class::isInstance)
                .forEach(transport -> ((AbstractServerTransport)transport).setInterval(milliseconds));
        }
    }
}
