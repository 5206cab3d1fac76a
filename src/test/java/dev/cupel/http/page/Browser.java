package dev.cupel.http.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A headless Chromium, by WebDriver (W3C), which is a few HTTP calls. Chromium's own additions to it give the console
 * and the DevTools protocol.
 */
public final class Browser implements AutoCloseable {
    public static final String TAB = "\uE004";
    public static final String ENTER = "\uE007";
    public static final String SHIFT = "\uE008";
    public static final String CONTROL = "\uE009";
    public static final String ESCAPE = "\uE00C";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final Pattern STARTED = Pattern.compile("started successfully on port ([0-9]+)");

    private final Process driver;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String session;

    private Browser(Process driver, String port, List<String> options) {
        this.driver = driver;
        String server = "http://127.0.0.1:" + port + "/session";
        this.session = server + "/"
                + send("POST", server, capabilities(options)).path("sessionId").asText();
    }

    /**
     * Starts one; empty where there is none: Debian's packages are {@code chromium} and {@code chromium-driver}.
     *
     * @param options more of Chromium's own
     */
    public static Optional<Browser> start(String... options) throws IOException {
        Path driver = Path.of("/usr/bin/chromedriver");
        Path browser = Path.of("/usr/bin/chromium");
        if (!Files.isExecutable(driver) || !Files.isExecutable(browser)) {
            return Optional.empty();
        }
        Process started = new ProcessBuilder(driver.toString(), "--port=0")
                .redirectErrorStream(true)
                .start();
        return Optional.of(new Browser(started, port(started), List.of(options)));
    }

    private static String port(Process driver) throws IOException {
        BufferedReader said = new BufferedReader(new InputStreamReader(driver.getInputStream(), UTF_8));
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            Matcher started = STARTED.matcher(line);
            if (started.find()) {
                Thread.ofVirtual().start(() -> said.lines().forEach(_ -> {}));
                return started.group(1);
            }
        }
        throw new IOException("chromedriver did not start");
    }

    private static ObjectNode capabilities(List<String> options) {
        ObjectNode asked = JSON.createObjectNode();
        ObjectNode always = asked.putObject("capabilities").putObject("alwaysMatch");
        always.put("browserName", "chrome");
        always.putObject("goog:loggingPrefs").put("browser", "ALL");
        ArrayNode words = always.putObject("goog:chromeOptions")
                .put("binary", "/usr/bin/chromium")
                .putArray("args");
        // In a container there is neither a sandbox of its own nor much shared memory. It opens this server's page
        // alone.
        Stream.of(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-dev-shm-usage",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--force-device-scale-factor=1",
                        "--hide-scrollbars",
                        "--lang=en-GB")
                .forEach(words::add);
        options.forEach(words::add);
        return asked;
    }

    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(String message) {
            super(message);
        }
    }

    private JsonNode send(String method, String url, JsonNode body) {
        HttpRequest.BodyPublisher sent = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofString(body.toString())
                : HttpRequest.BodyPublishers.noBody();
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(url)).method(method, sent).build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode value = JSON.readTree(answer.body()).path("value");
            if (answer.statusCode() != 200) {
                throw new Failed(method + " " + url + " " + body + ": "
                        + value.path("message").asText());
            }
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failed("interrupted");
        }
    }

    private JsonNode post(String what, JsonNode body) {
        return send("POST", session + what, body);
    }

    /** Goes to an address, and waits until the page is loaded. */
    public void open(String url) {
        post("/url", JSON.createObjectNode().put("url", url));
    }

    /** Runs a function's body in the page, beside its policy, and gives what it returns. */
    public JsonNode run(String script, Object... arguments) {
        ObjectNode body = JSON.createObjectNode().put("script", script);
        ArrayNode list = body.putArray("args");
        List.of(arguments).forEach(list::addPOJO);
        return post("/execute/sync", body);
    }

    /** The text of an element, as the page holds it. */
    public String text(String selector) {
        return run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
                .asText();
    }

    public boolean has(String selector) {
        return run("return document.querySelector(arguments[0]) !== null", selector)
                .asBoolean();
    }

    public void click(String selector) {
        post("/element/" + find(selector) + "/click", JSON.createObjectNode());
    }

    /** Types into an element, in place of what is there. */
    public void fill(String selector, String text) {
        String element = find(selector);
        post("/element/" + element + "/clear", JSON.createObjectNode());
        if (!text.isEmpty()) {
            post("/element/" + element + "/value", JSON.createObjectNode().put("text", text));
        }
    }

    /** Puts a text into a field at once, as pasting does: typing it would take long, and the field would indent it. */
    public void paste(String selector, String text) {
        run(
                "const field = document.querySelector(arguments[0]); field.value = arguments[1];"
                        + " field.dispatchEvent(new Event('input', {bubbles: true}))",
                selector,
                text);
    }

    private String find(String selector) {
        return post(
                        "/element",
                        JSON.createObjectNode().put("using", "css selector").put("value", selector))
                .path(ELEMENT)
                .asText();
    }

    /**
     * Presses keys one after another, wherever the focus is; the first ones are held where there are several in a word.
     */
    public void press(String... words) {
        for (String word : words) {
            ObjectNode body = JSON.createObjectNode();
            ObjectNode keyboard = body.putArray("actions").addObject();
            keyboard.put("type", "key").put("id", "keyboard");
            ArrayNode actions = keyboard.putArray("actions");
            word.codePoints()
                    .forEach(key -> actions.addObject().put("type", "keyDown").put("value", Character.toString(key)));
            new StringBuilder(word)
                    .reverse()
                    .codePoints()
                    .forEach(key -> actions.addObject().put("type", "keyUp").put("value", Character.toString(key)));
            post("/actions", body);
        }
    }

    /** Types a text, key by key, wherever the focus is. */
    public void type(String text) {
        press(text.codePoints().mapToObj(Character::toString).toArray(String[]::new));
    }

    /** The id of the element with the focus. */
    public String focused() {
        return run("return document.activeElement?.id ?? ''").asText();
    }

    /** What the console has said since the last time: errors of scripts, of loading, and breaches of the policy. */
    public List<String> console() {
        return post("/se/log", JSON.createObjectNode().put("type", "browser"))
                .valueStream()
                .map(entry -> entry.path("level").asText() + " "
                        + entry.path("message").asText())
                .toList();
    }

    private void devTools(String command, ObjectNode parameters) {
        ObjectNode body = JSON.createObjectNode().put("cmd", command);
        body.set("params", parameters);
        post("/goog/cdp/execute", body);
    }

    public void size(int width, int height) {
        devTools(
                "Emulation.setDeviceMetricsOverride",
                JSON.createObjectNode()
                        .put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", 1)
                        .put("mobile", width < 500));
    }

    /** What the user prefers: {@code dark}, {@code light}. */
    public void prefer(String colours) {
        ObjectNode parameters = JSON.createObjectNode();
        parameters
                .putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", colours);
        devTools("Emulation.setEmulatedMedia", parameters);
    }

    public byte[] screenshot() {
        return Base64.getDecoder()
                .decode(send("GET", session + "/screenshot", JSON.nullNode()).asText());
    }

    @Override
    public void close() {
        try {
            send("DELETE", session, JSON.nullNode());
        } finally {
            driver.destroy();
        }
    }
}
