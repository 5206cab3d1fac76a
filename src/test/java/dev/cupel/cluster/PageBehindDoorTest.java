package dev.cupel.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.Markdown;
import dev.cupel.http.page.Browser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page behind {@code knative/door/token}, with what {@code docs/page.md} adds to it. The door is an nginx of this
 * machine, without TLS, in front of the cluster's ingress.
 */
@ClusterTest
class PageBehindDoorTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Path NGINX = Path.of("/usr/sbin/nginx");

    private final String token = UUID.randomUUID().toString();

    @TempDir
    private Path folder;

    @Test
    void thePageAsksForTheTokenAndNothingElseIsOpen(Cluster cluster) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String url = "http://localhost:" + port;
        assumeTrue(Files.isExecutable(NGINX), "no nginx");
        Optional<Browser> found = Browser.start();
        assumeTrue(found.isPresent(), "chromium and chromium-driver are not installed");
        try (Browser browser = found.get();
                OwnApi api =
                        OwnApi.open(cluster, Duration.ofMinutes(5), Map.of("CUPEL_PAGE", "true", "CUPEL_URL", url))) {
            Process door = door(port, api.host());
            try {
                Cluster.await("the door", LIMIT, () -> !door.isAlive() || answers(port));
                lookAt(browser, url);
                String job = browser.run("return location.hash.slice(1)").asText();
                staysClosed(port, job);
            } finally {
                door.destroy();
                door.waitFor();
            }
        }
    }

    private void lookAt(Browser browser, String url) {
        browser.open(url + "/");
        Cluster.await(
                "it asks",
                LIMIT,
                () -> browser.run("return !document.querySelector('#door').hidden")
                        .asBoolean());
        browser.fill("#token", token);
        browser.click("#door button");
        Cluster.await("a preview", LIMIT, () -> browser.has("#yaml mark"));
        browser.paste("#code", "import time\nprint('one')\ntime.sleep(600)\n");
        browser.fill("#timeout", "900");
        browser.click("#run");
        String stdout = "#parts pre[aria-label='stdout']";
        Cluster.await("output", LIMIT, () -> browser.text(stdout).equals("one\n"));
        browser.click("#cancel");
        Cluster.await("the end", LIMIT, () -> browser.text("#state").equals("cancelled, Cancelled"));
        assertEquals("one\n", browser.text(stdout));
    }

    /** Without the token there are the page's files, under their own paths, and nothing that another path leads to. */
    private static void staysClosed(int port, String job) throws IOException {
        for (String open : List.of("/", "/page/page.js", "/page/page.css")) {
            assertEquals(200, status(port, "GET", open), open);
        }
        for (String closed : List.of(
                "/jobs",
                "/jobs/" + job,
                "/jobs/" + job + "/output",
                "/jobs;%2f..%2fpage%2fa.b",
                "/jobs/" + job + ";%2f..%2f..%2fpage%2fa.b",
                "/jobs/" + job + "/stdout;/%2e%2e/%2e%2e/%2e%2e/page/a.b",
                "/jobs/../page/../jobs",
                "/page/../jobs",
                "/page/page.js/../../jobs",
                "/jobs?/page/a.b",
                "//jobs")) {
            assertEquals(401, status(port, "GET", closed), closed);
        }
        assertEquals(401, status(port, "POST", "/"));
        assertEquals(401, status(port, "DELETE", "/page/page.js"));
    }

    private Process door(int port, String host) throws IOException {
        String ours = Files.readString(Path.of("knative/door/token/default.conf.template"));
        String more = Markdown.read(Path.of("docs/page.md")).blocks("nginx").getFirst();
        for (Map.Entry<String, String> change : Map.of(
                        "${CUPEL_TOKEN}",
                        token,
                        "listen 8443 ssl;",
                        "listen 127.0.0.1:" + port + ";",
                        "    ssl_certificate /tls/tls.crt;\n",
                        "",
                        "    ssl_certificate_key /tls/tls.key;\n",
                        "",
                        "/dev/stdout",
                        "off",
                        "if ($known = 0)",
                        "if ($let_in = 0)",
                        "proxy_pass http://api.cupel-system.svc.cluster.local",
                        "proxy_pass " + Api.GATEWAY,
                        "Host api.cupel-system.svc.cluster.local",
                        "Host " + host)
                .entrySet()) {
            assertTrue(ours.contains(change.getKey()), change.getKey());
            ours = ours.replace(change.getKey(), change.getValue());
        }
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .map(kind -> kind + "_temp_path " + folder + "/" + kind + ";\n")
                .reduce("", String::concat);
        Path file = Files.writeString(
                folder.resolve("nginx.conf"),
                "daemon off;\nmaster_process off;\npid " + folder + "/pid;\nerror_log stderr;\nevents {}\nhttp {\n"
                        + temporary + more + ours + "}\n");
        return new ProcessBuilder(NGINX.toString(), "-c", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target/door.log").toFile())
                .start();
    }

    private static boolean answers(int port) {
        try {
            return status(port, "GET", "/door") == 204;
        } catch (IOException e) {
            return false;
        }
    }

    /** Of a path as it is: no client of Java's sends some of them. */
    private static int status(int port, String method, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\nHost: localhost:" + port
                                    + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(UTF_8));
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
            return Integer.parseInt(line.split(" ", -1)[1]);
        }
    }
}
