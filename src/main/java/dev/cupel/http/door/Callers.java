package dev.cupel.http.door;

import dev.cupel.http.problem.HttpReason;
import dev.cupel.http.problem.HttpRejected;
import dev.cupel.rejection.Quoted;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides who may call. A browser may not call for a page of another site. In local mode nobody may call this server by
 * a name that is not its own. That stops DNS rebinding: a page can let a name of its own lead to this server, and is
 * then of the same site to the browser. It cannot do so with an address or with {@code localhost}.
 */
public final class Callers {
    private static final Pattern URL = Pattern.compile("(https?://[^/?#@]+)(?:/.*)?");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]/@\\s]+)(?::[0-9]{0,5})?");
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|.+\\.localhost|127(?:\\.[0-9]{1,3}){3}|\\[(?:::1|(?:0{1,4}:){7}0{0,3}1)]");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|\\[.*]");
    private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

    private final boolean checksHost;
    private final boolean takesAddresses;
    private final Set<String> names;
    private final Optional<String> publicOrigin;

    private Callers(boolean checksHost, boolean takesAddresses, Set<String> names, Optional<String> publicOrigin) {
        this.checksHost = checksHost;
        this.takesAddresses = takesAddresses;
        this.names = names;
        this.publicOrigin = publicOrigin;
    }

    /**
     * For a cluster, whose Services and gateways may have any name.
     *
     * @param url where callers reach it; empty if that is not said. What is in front of it may put another name into
     *     {@code Host}, so pages from there are its own whatever that says
     */
    public static Callers ofAnyName(String url) {
        return new Callers(false, true, Set.of(), origin(url));
    }

    /** As a browser writes it: without a path, and without the scheme's own port. */
    private static Optional<String> origin(String url) {
        Matcher matcher = URL.matcher(url.toLowerCase(Locale.ROOT));
        return matcher.matches()
                ? Optional.of(matcher.group(1).replaceAll("^(http://.*):80$|^(https://.*):443$", "$1$2"))
                : Optional.empty();
    }

    /**
     * For one machine: takes loopback's names, and those that this server was started with.
     *
     * @param listensOn the address or name on which the server listens
     * @param names other names by which clients may call it
     */
    public static Callers local(String listensOn, List<String> names) {
        String own = listensOn.indexOf(':') >= 0 && !listensOn.startsWith("[") ? "[" + listensOn + "]" : listensOn;
        boolean beyondLoopback = !isLoopback(own.toLowerCase(Locale.ROOT));
        Set<String> known = Stream.concat(names.stream(), Stream.of(own))
                .map(name -> withoutDot(name.toLowerCase(Locale.ROOT)))
                .filter(name -> !ANY_ADDRESS.contains(name))
                .collect(Collectors.toUnmodifiableSet());
        return new Callers(true, beyondLoopback, known, Optional.empty());
    }

    /** @throws HttpRejected {@code CrossSite} */
    public void check(String method, MultiMap headers) {
        List<String> hosts = headers.getAll("Host");
        if (checksHost) {
            checkHost(hosts);
        }
        // A browser says of every request from which site it comes. Other clients do not send these headers.
        for (String site : headers.getAll("Sec-Fetch-Site")) {
            boolean own = site.equals("same-origin") || site.equals("none");
            if (!own && !isFollowedLink(method, headers)) {
                throw crossSite("Sec-Fetch-Site is " + Quoted.of(site));
            }
        }
        for (String origin : headers.getAll("Origin")) {
            boolean own = hosts.size() == 1
                    && origin.matches("https?://.+")
                    && origin.substring(origin.indexOf("//") + 2).equalsIgnoreCase(hosts.getFirst());
            if (!own && !publicOrigin.equals(Optional.of(origin))) {
                throw crossSite("Origin is " + Quoted.of(origin));
            }
        }
    }

    /**
     * Whether a user followed a link. The browser then shows this server's own page, and the other site cannot read it.
     */
    private static boolean isFollowedLink(String method, MultiMap headers) {
        return method.equals("GET")
                && "navigate".equals(headers.get("Sec-Fetch-Mode"))
                && "document".equals(headers.get("Sec-Fetch-Dest"));
    }

    private void checkHost(List<String> hosts) {
        if (hosts.size() != 1 || !find(hosts.getFirst()).map(this::isOwn).orElse(false)) {
            String was = hosts.size() == 1 ? Quoted.of(hosts.getFirst()) : hosts.size() + " headers";
            throw crossSite("Host must be localhost or what this server was told (CUPEL_HOSTS), was " + was);
        }
    }

    private static Optional<String> find(String host) {
        Matcher matcher = HOST.matcher(host);
        return matcher.matches()
                ? Optional.of(withoutDot(matcher.group(1).toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private boolean isOwn(String name) {
        return isLoopback(name)
                || names.contains(name)
                || (takesAddresses && ADDRESS.matcher(name).matches());
    }

    private static boolean isLoopback(String name) {
        return LOOPBACK.matcher(name).matches();
    }

    private static HttpRejected crossSite(String message) {
        return new HttpRejected(HttpReason.CROSS_SITE, message);
    }
}
