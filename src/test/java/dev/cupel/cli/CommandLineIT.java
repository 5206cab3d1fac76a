package dev.cupel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.app.BuiltProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as it was built, started as a user starts it. */
@Timeout(300)
class CommandLineIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    CommandLineIT(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void isBuilt() {
        BuiltProgram.assumeThere();
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Ended(int code, byte[] stdout, String stderr) {
        JsonNode event() throws IOException {
            return JSON.readTree(stdout);
        }
    }

    private ProcessBuilder command(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Duser.home=" + folder));
        command.addAll(List.of("-jar", BuiltProgram.JAR.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        BuiltProgram.forgetSettings(builder);
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder;
    }

    private Ended cupel(String... arguments) throws IOException, InterruptedException {
        return cupel(Map.of(), arguments);
    }

    private Ended cupel(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path stderr = folder.resolve("stderr");
        Process process =
                command(environment, arguments).redirectError(stderr.toFile()).start();
        process.getOutputStream().close();
        byte[] stdout = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Ended(process.exitValue(), stdout, Files.readString(stderr));
    }

    private String request(String code) throws IOException {
        ObjectNode request = JSON.createObjectNode().put("eval_id", "it-1 ü").put("code", code);
        return Files.write(folder.resolve("request.json"), JSON.writeValueAsBytes(request))
                .toString();
    }

    @Test
    void runPrintsTheFinishedEventAndNothingElse() throws IOException, InterruptedException {
        Ended ended = cupel("run", request("import json\nprint(json.dumps({'a': 1, 'b': None}))"));
        assertEquals(0, ended.code(), ended.stderr());
        JsonNode event = ended.event();
        assertEquals("1.0", event.path("specversion").asText());
        assertEquals("dev.cupel.job.finished.v1", event.path("type").asText());
        assertEquals("success", event.path("outcome").asText());
        assertEquals("it-1 ü", event.at("/data/eval_id").asText());
        assertEquals("{\"a\": 1, \"b\": null}\n", event.at("/data/stdout/text").asText());
        assertEquals("exact", event.at("/data/capture").asText());
        assertFalse(ended.stderr().contains("Exception"), ended.stderr());
        assertTrue(ended.stderr().contains("cupel: finished eval-it-1-"), ended.stderr());
    }

    @Test
    void runOfAProgramThatFailsExitsWithOne() throws IOException, InterruptedException {
        Ended ended = cupel("run", request("raise SystemExit(7)"));
        assertEquals(1, ended.code(), ended.stderr());
        assertEquals(7, ended.event().at("/data/exit_code").asInt());
    }

    @Test
    void runOfARequestThatIsRejectedExitsWithTwo() throws IOException, InterruptedException {
        Ended ended = cupel("run", request(""));
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals("dev.cupel.job.rejected.v1", ended.event().path("type").asText());
        assertEquals("/code", ended.event().at("/data/field").asText());
        assertTrue(ended.stderr().contains("/code"), ended.stderr());
    }

    @Test
    void rawGivesTheProgramsOwnBytesAndItsCode() throws IOException, InterruptedException {
        Ended ended = cupel(
                "run",
                "--raw",
                request("import sys\nsys.stdout.buffer.write(b'a\\r\\n\\0\\xff')\n"
                        + "sys.stderr.buffer.write(b'e\\r')\nsys.exit(7)"));
        assertEquals(7, ended.code(), ended.stderr());
        assertArrayEquals(new byte[] {'a', '\r', '\n', 0, (byte) 0xFF}, ended.stdout());
        assertEquals("e\r", ended.stderr());
    }

    @Test
    void rawGivesMoreThanAMebibyteWhole() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request("print('x' * 2_200_000)"));
        assertEquals(0, ended.code(), ended.stderr());
        assertEquals(2_200_001, ended.stdout().length);
        assertEquals("", ended.stderr());
    }

    @Test
    void rawSaysWhereOutputWasCutAndDoesNotExitWithZero() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request("print('x' * 5_000_000)"));
        assertEquals(125, ended.code(), ended.stderr());
        assertTrue(ended.stderr().contains("stdout is cut at its output_limit: it was 5000001 bytes"), ended.stderr());
    }

    @Test
    void rawTellsASignalAsAShellWould() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request("import os\nos.kill(os.getpid(), 9)"));
        assertEquals(128 + 9, ended.code(), ended.stderr());
    }

    @Test
    void runGivesOutputThatNoEventHoldsWhole() throws IOException, InterruptedException {
        Ended ended = cupel("run", request("print('x' * 300_000)"));
        assertEquals(0, ended.code(), ended.stderr());
        JsonNode data = ended.event().path("data");
        assertEquals(300_001, data.at("/stdout/text").asText().length());
        assertFalse(data.at("/stdout/truncated").asBoolean());
        assertTrue(data.path("stdout_url").isMissingNode(), "a link to this process, which has ended");
    }

    @Test
    void runSaysInItsProgressThatOutputWasCut() throws IOException, InterruptedException {
        Ended ended = cupel("run", request("print('x' * 2_200_000)"));
        assertEquals(0, ended.code(), ended.stderr());
        assertTrue(ended.stderr().contains("stdout is cut at its output_limit: it was 2200001 bytes"), ended.stderr());
    }

    /** Java hands a process its arguments by the locale's encoding: in C it would run another program than was asked for. */
    @Test
    void runsNoProgramWhoseTextTheLocaleWouldChange() throws IOException, InterruptedException {
        Ended ended = cupel(Map.of("LC_ALL", "C"), "run", request("print('\u00fc\u20ac')"));
        assertEquals(2, ended.code(), ended.stderr());
        assertTrue(ended.stderr().contains("LC_ALL=C.UTF-8"), ended.stderr());

        Ended good = cupel("run", request("print('\u00fc\u20ac')"));
        assertEquals("\u00fc\u20ac\n", good.event().at("/data/stdout/text").asText());
    }

    @Test
    void aWrongSettingOrTemplateFolderIsToldInOneLine() throws IOException, InterruptedException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        for (Map<String, String> wrong : List.of(
                Map.of("CUPEL_TEMPLATES", "nosuch"),
                Map.of("CUPEL_TEMPLATES", empty.toString()),
                Map.of("CUPEL_LOCAL_JOBS", "lots"),
                Map.of("CUPEL_API_TIMEOUT", "0"),
                Map.of("CUPEL_NAMESPACE", "other"),
                Map.of("CUPEL_TEMPLATE", "templates"))) {
            for (List<String> call : List.of(List.of("run", request("print(1)")), List.of("serve", "--port=0"))) {
                Ended ended = cupel(wrong, call.toArray(String[]::new));
                assertEquals(2, ended.code(), wrong + ended.stderr());
                assertEquals(1, ended.stderr().lines().count(), ended.stderr());
                String name = wrong.keySet().iterator().next();
                assertTrue(ended.stderr().startsWith("cupel: " + name), ended.stderr());
            }
        }
    }

    /** Known by SmallRye's own words: another version may have others. */
    @Test
    void aWrongSettingOfQuarkusIsToldInOneLine() throws IOException, InterruptedException {
        Ended ended = cupel(Map.of("QUARKUS_HTTP_IDLE_TIMEOUT", "lots"), "serve", "--port=0");
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals(1, ended.stderr().lines().count(), ended.stderr());
        assertTrue(ended.stderr().startsWith("cupel: a setting is wrong: "), ended.stderr());
        assertTrue(ended.stderr().contains("quarkus.http.idle-timeout"), ended.stderr());
    }

    @Test
    void aPortThatIsTakenIsToldInOneLine() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = cupel("serve", "--port=" + taken.getLocalPort());
            assertEquals(2, ended.code(), ended.stderr());
            assertEquals(1, ended.stderr().lines().count(), ended.stderr());
            assertTrue(ended.stderr().contains("port " + taken.getLocalPort()), ended.stderr());
        }
    }

    @Test
    void aBrokenTemplateIsToldWithItsPlace() throws IOException, InterruptedException {
        Path broken = Files.createDirectories(folder.resolve("templates/broken"));
        Files.writeString(broken.resolve("template.yaml"), "spec: [");
        Files.writeString(broken.resolve("parameters.yaml"), "a: 1");
        Ended ended = cupel(Map.of("CUPEL_TEMPLATES", "templates"), "serve", "--port=0");
        assertEquals(2, ended.code(), ended.stderr());
        assertTrue(ended.stderr().contains("templates/broken/template.yaml:"), ended.stderr());
        assertFalse(ended.stderr().contains("\tat "), ended.stderr());
    }

    @Test
    void helpIsEverywhereAndNoError() throws IOException, InterruptedException {
        assertTrue(text(cupel()).contains("Usage: cupel"));
        assertTrue(text(cupel("help")).contains("Usage: cupel"));
        for (String command : List.of("run", "render", "lint", "serve")) {
            String help = text(cupel("help", command));
            assertTrue(help.contains("Usage: cupel " + command));
            assertFalse(help.contains("\033"), "no terminal, no colours");
        }
    }

    private static String text(Ended ended) {
        assertEquals(0, ended.code(), ended.stderr());
        return new String(ended.stdout(), StandardCharsets.UTF_8);
    }

    /** Where it listens, for every way to say whether jobs are local. Names first: "open" is every interface. */
    @Test
    void listensOnThisMachineOnlyUnlessToldOtherwise() throws Exception {
        assertServes("127.0.0.1", "jobs run on this machine", Map.of());
        assertServes("127.0.0.1", "jobs run on this machine", Map.of(), "--local");
        assertServes("127.0.0.1", "jobs run on this machine", Map.of("CUPEL_LOCAL", "true"));
        assertServes(
                "127.0.0.1",
                "jobs run on this machine",
                Map.of("CUPEL_LOCAL", "true", "KUBERNETES_SERVICE_HOST", "::1"));
        assertServes("127.0.0.1", "jobs run in namespace crucible", Map.of("CUPEL_LOCAL", "false"));
        assertServes("0.0.0.0", "jobs run in namespace crucible", Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1"));
        assertServes(
                "0.0.0.0", "whoever reaches this port", Map.of("CUPEL_LOCAL", "true", "QUARKUS_HTTP_HOST", "0.0.0.0"));
        assertServes("0.0.0.0", "whoever reaches this port", Map.of(), "--local", "--host=0.0.0.0");
        Files.writeString(folder.resolve(".env"), "CUPEL_LOCAL=true\n");
        assertServes("127.0.0.1", "jobs run on this machine", Map.of("KUBERNETES_SERVICE_HOST", "127.0.0.1"));
    }

    /** The line by which a server says where it listens. */
    private static String serving(BufferedReader lines) {
        return lines.lines()
                .filter(some -> some.contains("serving api on"))
                .findFirst()
                .orElse("it ended");
    }

    private void assertServes(String host, String says, Map<String, String> environment, String... options)
            throws Exception {
        List<String> arguments = new ArrayList<>(List.of("serve", "--port=0"));
        arguments.addAll(List.of(options));
        Process process = command(environment, arguments.toArray(String[]::new))
                .redirectErrorStream(true)
                .start();
        try (var lines = process.inputReader()) {
            String line = serving(lines);
            assertTrue(line.contains("serving api on " + host + " port ") && line.contains(says), line);
            assertEquals(host, listener(process.pid()), line);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** The address of the only socket on which a process listens, by the kernel's own word. */
    private static String listener(long pid) throws IOException {
        List<String> inodes = new ArrayList<>();
        try (var descriptors = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = Files.readSymbolicLink(descriptor).toString();
                inodes.add(target.replaceAll("socket:\\[(\\d+)\\]", "$1"));
            }
        }
        List<String> addresses = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/net/" + table))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields[3].equals("0A") && inodes.contains(fields[9])) {
                    addresses.add(fields[1].replaceAll(":.*", ""));
                }
            }
        }
        assertEquals(1, addresses.size(), addresses.toString());
        String address = addresses.getFirst();
        if (address.endsWith("0100007F")) {
            return "127.0.0.1";
        }
        return address.matches("0+") ? "0.0.0.0" : address;
    }

    @Test
    void rawGivesOutputThatNoEventHoldsWhole() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request("print('x' * 300_000)"));
        assertEquals(0, ended.code(), ended.stderr());
        assertEquals(300_001, ended.stdout().length);
    }

    @Test
    void rawOfARejectedRequestPrintsNothing() throws IOException, InterruptedException {
        Ended ended = cupel("run", "--raw", request(""));
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals(0, ended.stdout().length);
    }

    private Ended program(String name, String code, String... more) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve(name), code);
        List<String> arguments = new ArrayList<>(List.of("run", file.toString()));
        arguments.addAll(List.of(more));
        return cupel(arguments.toArray(String[]::new));
    }

    @Test
    void aProgramsFileIsRunByTheTemplateOfItsEnding() throws IOException, InterruptedException {
        Ended python = program("p.py", "import sys\nsys.stdout.buffer.write(b'\\xff\\0')\nsys.exit(7)");
        assertEquals(7, python.code(), python.stderr());
        assertArrayEquals(new byte[] {(byte) 0xFF, 0}, python.stdout());
        Ended shell = program("p.sh", "echo \"$1 $2\"; cat; exit 3", "--stdin", "in", "--", "-x", "a b");
        assertEquals(2, shell.code(), "no such file");
        Files.write(folder.resolve("in"), new byte[] {'\n', (byte) 0xFE});
        shell = program("p.sh", "echo \"$1 $2\"; cat; exit 3", "--stdin", "in", "--", "-x", "a b");
        assertEquals(3, shell.code(), shell.stderr());
        assertArrayEquals(
                new byte[] {'-', 'x', ' ', 'a', ' ', 'b', '\n', '\n', (byte) 0xFE}, shell.stdout(), shell.stderr());
    }

    @Test
    void aProgramsEventIsPrintedWhereItIsAskedFor() throws IOException, InterruptedException {
        Ended json = program("p.py", "print('ü')", "--output", "json", "--timeout", "7.5");
        assertEquals(0, json.code(), json.stderr());
        assertEquals("ü\n", json.event().at("/data/stdout/text").asText());
        assertEquals("p.py", json.event().at("/data/eval_id").asText());
        Ended yaml = program("p.py", "print('ü')", "--output", "yaml");
        Map<String, Object> event =
                new org.yaml.snakeyaml.Yaml().load(new String(yaml.stdout(), StandardCharsets.UTF_8));
        assertTrue(event.toString().contains("stdout={bytes=3,"), event.toString());
    }

    @Test
    void aProgramsStandardInputIsOurs() throws Exception {
        Path file = Files.writeString(folder.resolve("p.py"), "print(input() * 2)");
        Path in = Files.writeString(folder.resolve("in.txt"), "ab\n");
        Path out = folder.resolve("out.txt");
        Process process = command(Map.of(), "run", file.toString())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("abab\n", Files.readString(out));
        Path code = Files.writeString(folder.resolve("code"), "print(6 * 7)");
        process = command(Map.of(), "run", "--template", "python", "-")
                .redirectInput(code.toFile())
                .redirectOutput(out.toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals("42\n", Files.readString(out));
    }

    @Test
    void whatIsNoProgramIsToldInOneLine() throws IOException, InterruptedException {
        Ended unknown = program("p.xyz", "1");
        assertEquals(2, unknown.code(), unknown.stderr());
        assertTrue(unknown.stderr().contains("ends in .xyz: name one by --template (c, cpp, "), unknown.stderr());
        Ended binary = cupel(
                "run",
                Files.write(folder.resolve("p.py"), new byte[] {(byte) 0xFF}).toString());
        assertEquals(2, binary.code(), binary.stderr());
        assertEquals(1, binary.stderr().lines().count(), binary.stderr());
        assertEquals(2, program("p.py", "1", "--template", "nosuch").code());
        assertEquals(2, program("p.py", "1", "--raw", "--output", "yaml").code());
        assertEquals(2, cupel("run", request("print(1)"), "--timeout", "3").code(), "a request has its own");
    }

    @Test
    void aReaderThatHasReadEnoughIsToldNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("p.py"), "print('x' * 1_000_000)");
        Path err = folder.resolve("err.txt");
        for (List<String> call : List.of(List.of("run", file.toString()), List.of("completion", "bash"))) {
            Process process = command(Map.of(), call.toArray(String[]::new))
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getInputStream().close();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals("", Files.readString(err));
        }
    }

    /** Before Cupel's own door, Quarkus would answer with a status alone. */
    @Test
    void aPathThatCannotBeDecodedIsAnsweredWithWords() throws Exception {
        Process process = command(Map.of(), "serve", "--local", "--port=0")
                .redirectErrorStream(true)
                .start();
        try (var lines = process.inputReader()) {
            String line = serving(lines);
            int port = Integer.parseInt(line.replaceAll("(?s).* port ([0-9]+).*", "$1"));
            for (String path : List.of(
                    "/jobs/%zz", "/%", "/jobs/a%2", "/jobs/a^b", "/jobs?limit=%zz", "/jobs?state=%", "/q/openapi%zz")) {
                String answer = raw(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
                assertTrue(answer.matches("(?s)HTTP/1.1 4[0-9]{2} .*"), path + "\n" + answer);
                assertTrue(answer.contains("application/problem+json"), path + "\n" + answer);
                assertTrue(answer.contains("\"detail\":"), path + "\n" + answer);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static String raw(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aMissingFileIsWrongAndToldInOneLine() throws IOException, InterruptedException {
        Ended ended = cupel("run", "none.json");
        assertEquals(2, ended.code(), ended.stderr());
        assertEquals(0, ended.stdout().length);
        assertTrue(ended.stderr().contains("none.json"), ended.stderr());
        assertFalse(ended.stderr().contains("\tat "), ended.stderr());
    }

    @Test
    void renderPrintsTheManifest() throws IOException, InterruptedException {
        Ended ended = cupel("render", request("print(1)"));
        assertEquals(0, ended.code(), ended.stderr());
        assertTrue(new String(ended.stdout(), StandardCharsets.UTF_8).startsWith("apiVersion: batch/v1\n"));
    }
}
