package dev.cupel.http.page;

import static dev.cupel.http.page.Browser.CONTROL;
import static dev.cupel.http.page.Browser.ENTER;
import static dev.cupel.http.page.Browser.ESCAPE;
import static dev.cupel.http.page.Browser.TAB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.cupel.Await;
import dev.cupel.TestTags;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser. Whatever a test does, the browser's console says nothing: no error, and no breach of the
 * policy. {@code -Dcupel.golden=rewrite} makes the pictures of {@code docs/page.md} anew.
 */
@Tag(TestTags.SLOW)
@QuarkusTest
class PageTest {
    private static @Nullable Browser started;

    /** What the console may say in this test. */
    private String expected = "nothing";

    @BeforeAll
    static void start() throws IOException {
        Optional<Browser> found = Browser.start();
        if (found.isEmpty()) {
            System.out.println("The page was not looked at: chromium and chromium-driver are not installed.");
        }
        assumeTrue(found.isPresent());
        started = found.get();
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    private static Browser browser() {
        return java.util.Objects.requireNonNull(started);
    }

    private static String url() {
        return "http://localhost:" + RestAssured.port + "/";
    }

    @BeforeEach
    void open() throws InterruptedException {
        browser().open("about:blank");
        browser().console();
        browser().size(1100, 1150);
        browser().prefer("light");
        browser().open(url());
        Await.until("there is a preview", () -> browser().has("#yaml mark"));
    }

    @AfterEach
    void theConsoleSaysNothing() {
        List<String> said = new ArrayList<>(browser().console());
        said.removeIf(line -> line.contains(expected));
        assertEquals(List.of(), said);
    }

    private static void awaitText(String selector, String text) throws InterruptedException {
        Await.until(selector + " says " + text, () -> browser().text(selector).contains(text));
    }

    private static void awaitEnd(String outcome) throws InterruptedException {
        Await.until(
                "it ends with " + outcome + ", says " + browser().text("#state"),
                () -> browser().text("#state").equals(outcome));
    }

    private static void runCode(String code, String outcome) throws InterruptedException {
        browser().paste("#code", code);
        browser().click("#run");
        awaitEnd(outcome);
    }

    private static String output(String stream) {
        return browser().text("#parts pre[aria-label='" + stream + "']");
    }

    /** Of a stream as a result has it. While a program runs there is no such link. */
    private static int marks(String placeholder) {
        return browser()
                .run("return document.querySelectorAll(`#yaml mark[title=\"${arguments[0]}\"]`).length", placeholder)
                .asInt();
    }

    private static void picture(String name) throws IOException {
        byte[] picture = browser().screenshot();
        Path made = Path.of("target/page");
        Files.createDirectories(made);
        Files.write(made.resolve(name), picture);
        if (System.getProperty("cupel.golden", "").equals("rewrite")) {
            Files.createDirectories(Path.of("docs/page"));
            Files.write(Path.of("docs/page", name), picture);
        }
    }

    @Test
    void aProgramRunsFromTheRequestToItsOutput() throws Exception {
        browser().click("#run");
        awaitEnd("success, Completed");
        assertTrue(output("stdout").startsWith("Hello from Python 3"), output("stdout"));
        assertEquals(
                5,
                browser()
                        .run("return document.querySelectorAll('#steps li.done time').length")
                        .asInt());
        assertEquals(
                "/docs/outcomes.md#Completed",
                browser()
                        .run("return document.querySelector('#links a').getAttribute('href')")
                        .asText());
        JsonNode steps = browser()
                .run("return [...document.querySelectorAll('#steps time')].map((time) => Date.parse(time.dateTime))");
        // The clocks are one. The server's times come in seconds where Kubernetes has them so.
        assertTrue(steps.get(2).asLong() + 1000 >= steps.get(1).asLong() - 1000, steps.toString());
        assertTrue(steps.get(4).asLong() >= steps.get(3).asLong(), steps.toString());
        awaitText("#jobs", "page");
        String job = browser().run("return location.hash.slice(1)").asText();
        assertEquals(
                "Hello from Python",
                RestAssured.get("/jobs/" + job + "/stdout").asString().substring(0, 17));
        picture("light.png");
    }

    @Test
    void theYamlChangesWithTheProgramAndIsMarked() throws Exception {
        String code = "# one\nif True:\n    print('ü')  # __CODE__ <b>\n\n\nprint(2)\n";
        browser().paste("#code", code);
        awaitText("#yaml", "print(2)");
        assertTrue(marks("__PROGRAM__") > 3);
        assertEquals(1, marks("__JOB_NAME__"));
        // The marks' text, and what is between them, is the YAML that the server renders.
        String job = browser().text("#yaml mark[title='__JOB_NAME__']");
        assertTrue(job.startsWith("eval-page-"), job);
        String marked = browser()
                .run("return [...document.querySelectorAll('#yaml mark[title=__PROGRAM__]')].at(-1).textContent")
                .asText();
        assertEquals(
                code,
                new org.yaml.snakeyaml.Yaml()
                                .<String>load(marked)
                                .substring("code=".length())
                                .stripTrailing() + "\n");
        browser().fill("#eval-id", "another");
        awaitText("#yaml mark[title='__EVAL_ID__']", "another");
        browser()
                .run("document.querySelector('#template').value = 'node';"
                        + " document.querySelector('#template').dispatchEvent(new Event('change'))");
        awaitText("#yaml", "main=main.js");
        assertEquals(
                code,
                browser().run("return document.querySelector('#code').value").asText());
        // Of many changes at once the last one counts.
        for (int i = 0; i < 30; i++) {
            browser().paste("#code", "print(" + i + ")");
        }
        awaitText("#yaml", "print(29)");
        assertFalse(browser().has("#yaml.stale"));
    }

    @Test
    void aFreshProgramComesWithItsTemplate() throws Exception {
        browser()
                .run("document.querySelector('#template').value = 'shell';"
                        + " document.querySelector('#template').dispatchEvent(new Event('change'))");
        awaitText("#yaml", "main=main.sh");
        browser().click("#run");
        awaitEnd("success, Completed");
        assertTrue(output("stdout").startsWith("Hello from "), output("stdout"));
    }

    @Test
    void aFaultStandsAtItsField() throws Exception {
        expected = "/preview - Failed to load resource: the server responded with a status of 4";
        browser().fill("#timeout", "99999");
        awaitText("#timeout-fault", "must be 0.001 to 86400");
        assertEquals(
                "true",
                browser()
                        .run("return document.querySelector('#timeout').ariaInvalid")
                        .asText());
        browser().click("#run");
        awaitText("#state", "Not run");
        awaitText("#timeout-fault", "must be 0.001 to 86400");
        browser().fill("#timeout", "soon");
        awaitText("#timeout-fault", "must be a number");
        browser().fill("#timeout", "5");
        Await.until("the fault is gone", () -> !browser().has("#timeout-fault"));
        browser().paste("#others", "{\"cases\": [{}, {\"stdin\": 7}]}");
        awaitText("#others-fault", "/cases/1/stdin");
        browser().paste("#others", "{\"x\": ");
        awaitText("#others-fault", "is not JSON");
        browser().paste("#others", "");
        browser().paste("#eval-id", "");
        awaitText("#eval-id-fault", "");
        Await.until("the name is wrong", () -> browser().has("#eval-id-fault"));
    }

    @Test
    void whateverAProgramPrintsIsText() throws Exception {
        String markup = "<script>window.hacked=1</script><img src=x onerror=window.hacked=2></textarea></pre>"
                + "<style>*{display:none}</style><svg onload=window.hacked=3><a href=javascript:hacked>";
        String code = "import sys\nmarkup = " + quoted(markup) + "\n"
                + "sys.stdout.buffer.write(markup.encode() + b'\\xff\\x1b]0;title\\x07\\x1b[2J\\0\\r\\n\\xe2\\x80\\xaeabc')\n"
                + "sys.stdout.flush()\nprint(markup, file=sys.stderr)\n"
                + "open('<img src=x onerror=hacked=4>.html', 'w').write(markup)\n";
        browser().paste("#eval-id", markup.substring(0, 60));
        browser().paste("#others", "{\"collect_files\": [\"*.html\"]}");
        runCode(code, "success, Completed");
        String stdout = output("stdout");
        assertEquals(markup + "\uFFFD␛]0;title␇␛[2J␀\n⟨U+202E⟩abc", stdout);
        assertTrue(output("stderr").startsWith(markup), output("stderr"));
        assertTrue(browser().text("#parts").contains("<img src=x onerror=hacked=4>.html"));
        awaitText("#jobs", markup.substring(0, 60));
        assertTrue(browser()
                .run("return window.hacked === undefined && document.title === 'Cupel'")
                .asBoolean());
        assertEquals(
                0,
                browser()
                        .run("return document.querySelectorAll('main script, main img, main style, main svg').length")
                        .asInt());
        // Were text made into markup somewhere, the policy would still let no script run.
        assertTrue(browser()
                .run(
                        "try { document.body.innerHTML = '<b>x</b>'; return false; } catch (e) { return e instanceof TypeError; }")
                .asBoolean());
        expected = "TrustedHTML";
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    @Test
    void aMegabyteIsCutForTheEyeAndThePageGoesOn() throws Exception {
        runCode("print('<i>' + 'x' * 500_000)\nfor i in range(60_000): print(i, '\\x1b')\n", "success, Completed");
        String stdout = output("stdout");
        assertEquals(200_000, stdout.length());
        assertTrue(stdout.startsWith("<i>xxx"), stdout.substring(0, 10));
        assertTrue(browser().text("#parts").contains("The first 200,000 characters are shown"));
        String exact = browser()
                .run("return document.querySelector('#parts a[download]').getAttribute('href')")
                .asText();
        assertTrue(RestAssured.get(exact).asByteArray().length > 900_000);
        browser().paste("#code", "print('after')");
        awaitText("#yaml", "after");
    }

    @Test
    void outputComesWhileItRunsAndCancelStopsIt() throws Exception {
        browser().paste("#code", """
                import sys, time
                print('one')
                print('two', file=sys.stderr)
                sys.stdout.write('ü')
                sys.stdout.flush()
                time.sleep(600)
                print('never')
                """);
        browser().click("#run");
        awaitText("#parts pre[aria-label='stdout']", "one\nü");
        awaitText("#parts pre[aria-label='stderr']", "two");
        awaitText("#state", "Running");
        picture("running.png");
        browser().press(ESCAPE);
        awaitEnd("cancelled, Cancelled");
        assertEquals("one\nü", output("stdout"));
        assertEquals("two\n", output("stderr"));
        assertTrue(browser()
                .run("return document.querySelector('#cancel').disabled")
                .asBoolean());
    }

    /** As on a cluster, where no call lasts for longer than some minutes and its end is a word of whoever cut it off. */
    @Test
    void aStreamThatBreaksGoesOnWhereItWasAsOftenAsItDoes() throws Exception {
        browser().run("""
                const answers = [
                  'id: 7\\ndata: {"stream": "stdout", "run": "program", "base64": "b25l"}\\n\\nrequest timeout',
                  ...Array(7).fill(':\\n\\n:\\n\\nrequest timeout'), null, 503, 504,
                  'id: 9\\ndata: {"stream": "stdout", "run": "program", "base64": "dHdv"}\\n\\ndata: {"end"',
                  'data: {"end":true}\\n\\n',
                ];
                const later = window.setTimeout;
                window.setTimeout = (action, millis) => later(action, millis / 100);
                const asked = [];
                window.told = [];
                window.fetch = async (path, { headers }) => {
                  asked.push(headers['Last-Event-ID'] ?? '');
                  const answer = answers.shift();
                  if (answer === null) throw new TypeError('broken');
                  return typeof answer === 'number' ? new Response('', { status: answer }) : new Response(answer);
                };
                import('/page/server.js')
                  .then((server) => server.follow('eval-x', new AbortController().signal,
                    (piece) => window.told.push(new TextDecoder().decode(piece.bytes))))
                  .then(() => { window.all = `${window.told} ${asked}`; }, (fault) => { window.all = `${fault}`; });
                """);
        Await.until("it ends", () -> browser().run("return 'all' in window").asBoolean());
        assertEquals(
                "one,two ," + "7,".repeat(11) + "9",
                browser().run("return window.all").asText());
    }

    @Test
    void casesAndTheCompilerHavePartsOfTheirOwn() throws Exception {
        browser().paste("#others", "{\"cases\": [{\"stdin\": \"1\"}, {\"stdin\": \"0\", \"name\": \"<b>zero\"}]}");
        runCode("print(10 // int(input()))\n", "failure, NonZeroExit");
        String parts = browser().text("#parts");
        assertTrue(parts.contains("<b>zero") && parts.contains("failure, NonZeroExit"), parts);
        assertTrue(browser().text("#message").contains("<b>zero"), browser().text("#message"));
        browser().run("document.querySelectorAll('#parts details').forEach((details) => { details.open = true; })");
        Await.until("the cases are shown", () -> browser().text("#parts").contains("ZeroDivisionError"));
        assertEquals("10\n", output("stdout"));
    }

    @Test
    void aJobOfBeforeIsOpenedByItsName() throws Exception {
        runCode("print('the first')", "success, Completed");
        String job = browser().run("return location.hash").asText();
        runCode("print('the second')", "success, Completed");
        awaitText("#parts", "the second");
        browser().run("location.hash = arguments[0]", job);
        awaitText("#parts", "the first");
        awaitText("#yaml", "the first");
        expected = "/jobs/eval-none-0";
        browser().open("about:blank");
        browser().open(url() + "#eval-none-0");
        awaitText("#trouble", "there is no Job eval-none-0");
        browser().open("about:blank");
        browser().open(url() + job);
        awaitText("#parts", "the first");
        awaitEnd("success, Completed");
    }

    @Test
    void theKeyboardIsEnough() throws Exception {
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 20 && !order.contains("code"); i++) {
            browser().press(TAB);
            order.add(browser().focused());
        }
        assertTrue(order.containsAll(List.of("template", "eval-id", "timeout", "code")), order.toString());
        browser().press(CONTROL + "a");
        browser().type("if 1:");
        browser().press(ENTER, TAB);
        browser().type("print('typed')");
        assertEquals(
                "if 1:\n    print('typed')",
                browser().run("return document.querySelector('#code').value").asText());
        browser().press(ESCAPE, TAB);
        assertNotEquals("code", browser().focused());
        browser().press(CONTROL + ENTER);
        awaitEnd("success, Completed");
        assertEquals("typed\n", output("stdout"));
        assertEquals(
                "polite",
                browser()
                        .run("return document.querySelector('#state').ariaLive")
                        .asText());
        // Whatever can be operated has a name.
        assertEquals(
                "[]",
                browser()
                        .run("return [...document.querySelectorAll('input, select, textarea, button, a, pre')]"
                                + ".filter((e) => !(e.labels?.length || e.ariaLabel || e.textContent.trim()))"
                                + ".map((e) => e.id)")
                        .toString());
    }

    @Test
    void itFitsAPhoneAndGoesDark() throws Exception {
        runCode("print('x' * 3000)", "success, Completed");
        String light = browser()
                .run("return getComputedStyle(document.body).backgroundColor")
                .asText();
        browser().size(360, 740);
        assertEquals(
                360,
                browser().run("return document.documentElement.scrollWidth").asInt());
        browser().run("document.querySelector('#outcome').scrollIntoView()");
        picture("phone.png");
        browser().size(1100, 1150);
        browser().prefer("dark");
        assertNotEquals(
                light,
                browser()
                        .run("return getComputedStyle(document.body).backgroundColor")
                        .asText());
        browser().paste("#code", "import this\n");
        browser().click("#run");
        awaitText("#parts", "Zen of Python");
        awaitEnd("success, Completed");
        picture("dark.png");
    }

    /** A page of another site, in the same browser, which tries what such pages can. */
    @Test
    void anotherSitesPageCanDoNothing() throws Exception {
        expected = "";
        String hostile = """
                <!doctype html><title>waiting</title><iframe src="%1$s"></iframe><script>
                const body = '{"eval_id": "hostile", "code": "print(1)"}';
                const tries = [
                  fetch('%1$sexecute', {method: 'POST', headers: {'Content-Type': 'application/json'}, body}),
                  fetch('%1$sjobs'), fetch('%1$spage/page.js'), fetch('%1$stemplates'), import('%1$spage/page.js'),
                ];
                const blind = ['text/plain', 'application/json'].map((type) => fetch('%1$sexecute',
                  {method: 'POST', mode: 'no-cors', body: new Blob([body], {type})}).catch(() => null));
                Promise.all([Promise.allSettled(tries), ...blind]).then(([all]) => {
                  document.title = all.map((one) => one.status).join();
                });
                </script>""".formatted(url());
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            byte[] bytes = hostile.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        site.start();
        try {
            browser().open("http://localhost:" + site.getAddress().getPort() + "/");
            Await.until("all was tried", () -> !browser().text("title").equals("waiting"));
            assertEquals(
                    "rejected,rejected,rejected,rejected,rejected", browser().text("title"));
        } finally {
            site.stop(0);
        }
        assertTrue(RestAssured.get("/jobs?eval_id=hostile")
                .jsonPath()
                .getList("items")
                .isEmpty());
    }
}
