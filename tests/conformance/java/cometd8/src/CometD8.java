package sotto.conformance;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cometd.bayeux.Promise;
import org.cometd.bayeux.server.BayeuxServer;
import org.cometd.bayeux.server.ServerChannel;
import org.cometd.bayeux.server.ServerMessage;
import org.cometd.bayeux.server.ServerSession;
import org.cometd.server.AbstractServerTransport;
import org.cometd.server.BayeuxServerImpl;
import org.cometd.server.DefaultSecurityPolicy;
import org.cometd.server.ext.AcknowledgedMessagesExtension;
import org.cometd.server.http.JSONHttpTransport;
import org.cometd.server.http.jakarta.CometDServlet;
import org.cometd.server.websocket.common.AbstractWebSocketTransport;
import org.cometd.server.websocket.jetty.JettyWebSocketTransport;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Context;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** CometD 8 on Jetty 12, long-polling (in a servlet) and WebSocket (before it, on the same path). */
public final class CometD8 {
    private static final String PATH = "/notifications";

    private CometD8() {
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>(Door.settings(arguments));
        int port = Integer.parseInt(settings.getOrDefault("port", "0"));
        int door = Integer.parseInt(settings.getOrDefault("door", "0"));
        boolean acknowledge = Boolean.parseBoolean(settings.getOrDefault("ack", "true"));
        settings.keySet().removeAll(List.of("port", "door", "ack"));

        Server server = new Server(new InetSocketAddress(Door.loopback(), port));
        ServletContextHandler context = new ServletContextHandler("/");
        BayeuxServerImpl bayeux = new BayeuxServerImpl();
        settings.forEach(bayeux::setOption);
        bayeux.setOption("ws." + AbstractWebSocketTransport.COMETD_URL_MAPPING_OPTION, PATH);
        WebSocketUpgradeHandler sockets = WebSocketUpgradeHandler.from(server, context);
        context.insertHandler(sockets);
        bayeux.setOption(Context.class.getName(), context.getContext());
        bayeux.addTransport(new JettyWebSocketTransport(bayeux));
        bayeux.addTransport(new JSONHttpTransport(bayeux));
        if (acknowledge) {
            bayeux.addExtension(new AcknowledgedMessagesExtension());
        }
        Door.Policy policy = new Door.Policy();
        bayeux.setSecurityPolicy(new Refusing(policy));
        context.setAttribute(BayeuxServer.ATTRIBUTE, bayeux);
        ServletHolder holder = new ServletHolder(new CometDServlet());
        holder.setAsyncSupported(true);
        holder.setInitOrder(1);
        context.addServlet(holder, PATH + "/*");
        server.setHandler(context);
        server.start();

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
            return bayeux.getSessions().stream().filter(session -> !session.isLocalSession()).toList();
        }

        @Override
        public List<String> sessions() {
            return remote().stream().map(ServerSession::getId).toList();
        }

        @Override
        public void publish(String channel, Map<String, Object> data) {
            bayeux.createChannelIfAbsent(channel).getReference().publish(null, data, Promise.noop());
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
