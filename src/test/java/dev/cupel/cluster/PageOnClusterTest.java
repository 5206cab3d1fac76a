package dev.cupel.cluster;

import static dev.cupel.http.page.Browser.ESCAPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.http.page.Browser;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The page on a cluster, in a real browser: {@code api} with {@code CUPEL_PAGE=true} behind Knative's ingress, and
 * output out of the logs of Pods. Knative cuts every call of this {@code api} off after 30 seconds, so that a stream is.
 */
@ClusterTest
class PageOnClusterTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration CUT_OFF = Duration.ofSeconds(30);

    private @Nullable OwnApi api;
    private @Nullable Browser browser;
    private String job = "";

    @BeforeEach
    void open(Cluster cluster) throws Exception {
        URI gateway = URI.create(Api.GATEWAY);
        Optional<Browser> found = Browser.start("--host-resolver-rules=MAP *.local " + gateway.getHost());
        if (found.isEmpty()) {
            System.out.println("The page was not looked at: chromium and chromium-driver are not installed.");
        }
        assumeTrue(found.isPresent());
        browser = found.get();
        api = OwnApi.open(cluster, CUT_OFF, Map.of("CUPEL_PAGE", "true"));
        browser.open("http://" + api.host() + ":" + gateway.getPort() + "/");
        Cluster.await("a preview", LIMIT, () -> browser().has("#yaml mark"));
        browser.console();
    }

    @AfterEach
    void close(Cluster cluster) {
        if (browser != null) {
            browser.close();
        }
        if (api != null) {
            api.close();
        }
        cluster.client()
                .batch()
                .v1()
                .jobs()
                .inNamespace(Cluster.JOBS)
                .withName(job)
                .delete();
    }

    private Browser browser() {
        return java.util.Objects.requireNonNull(browser);
    }

    private OwnApi api() {
        return java.util.Objects.requireNonNull(api);
    }

    private void run(String code, String timeout) {
        browser().fill("#timeout", timeout);
        browser().paste("#code", code);
        browser().click("#run");
        Cluster.await(
                "a Job",
                LIMIT,
                () -> browser().run("return location.hash").asText().length() > 1);
        job = browser().run("return location.hash.slice(1)").asText();
    }

    private void awaitText(String selector, String text) {
        Cluster.await(
                selector + " says " + text,
                LIMIT,
                () -> browser().text(selector).equals(text));
    }

    private String output(String stream) {
        return browser().text("#parts pre[aria-label='" + stream + "']");
    }

    /** Of a Job that cannot be over: nothing but the cancel ends it in this time. */
    @Test
    void outputComesWhileItRunsAndCancelStopsIt() {
        run(
                "import sys, time\nprint('one')\nprint('two', file=sys.stderr)\ntime.sleep(3000)\nprint('never')\n",
                "3600");
        awaitText("#parts pre[aria-label='stdout']", "one\n");
        awaitText("#parts pre[aria-label='stderr']", "two\n");
        awaitText("#state", "Running");
        browser().press(ESCAPE);
        awaitText("#state", "cancelled, Cancelled");
        assertEquals("one\n", output("stdout"));
        assertEquals("two\n", output("stderr"));
        assertEquals(List.of(), browser().console());
    }

    /** The program says nothing for longer than a call may last; and nothing comes twice. */
    @Test
    void aStreamThatIsCutOffGoesOnWhereItWas() {
        run("import time\nprint('one')\ntime.sleep(70)\nprint('two')\ntime.sleep(3000)\n", "3600");
        awaitText("#parts pre[aria-label='stdout']", "one\n");
        awaitText("#parts pre[aria-label='stdout']", "one\ntwo\n");
        assertEquals(1, api().pods(), "who is listened to stays");
        awaitText("#state", "Running");
        browser().click("#cancel");
        awaitText("#state", "cancelled, Cancelled");
        assertEquals("one\ntwo\n", output("stdout"));
    }

    @Test
    void aPageOfAnotherSiteIsRefused() {
        run("import time\nprint('one')\ntime.sleep(3000)\n", "3600");
        Api calls = new Api(api().host());
        for (Map.Entry<String, String> header : Map.of(
                        "Origin", "http://elsewhere.example", "Sec-Fetch-Site", "cross-site")
                .entrySet()) {
            for (String method : List.of("GET", "DELETE")) {
                String path = "/jobs/" + job + (method.equals("GET") ? "/output" : "");
                Response answer = calls.request()
                        .header(header.getKey(), header.getValue())
                        .request(method, path);
                assertEquals(403, answer.statusCode(), answer.asString());
                assertTrue(answer.asString().contains("CrossSite"), answer.asString());
            }
        }
        // Nobody knows the name of another site at this ingress.
        assertEquals(404, new Api("elsewhere.example").request().get("/").statusCode());
        awaitText("#parts pre[aria-label='stdout']", "one\n");
        browser().press(ESCAPE);
        awaitText("#state", "cancelled, Cancelled");
    }
}
