package dev.cupel.programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** All that a request can give a program; each program says what it got. */
final class Inputs {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MIB = 1 << 20;

    /** What a shell, YAML, a template or Kubernetes' own expansion of variables would change. */
    private static final List<String> AWKWARD = List.of(
            "",
            " a  b ",
            "$(HOME)",
            "$(EVAL_ID) $$(HOME) $$$$ $",
            "${HOME} `id` $(id) \\ \\n",
            "'\"'\"",
            "two\nlines\r\n",
            "-c",
            "--",
            "{{x}} __CODE__ __EVAL_ID__ %s",
            "null: [yes, 1.50] # no comment",
            "grüße 日本 \ud83d\ude00 \u2028\ufeff");

    private Inputs() {}

    static List<Program> all() {
        return List.of(
                longCode("1 MiB of code that hardly compresses", "ascii"),
                longCode("1 MiB of code of four-byte characters", "astral"),
                longCode("1 MiB of code of dollar signs and quotes", "dollars"),
                code("code just short enough for one argument", 131_071),
                code("code just too long for one argument", 131_072),
                Program.of("raises on line 20001", "x = 'filling'\n".repeat(20_000) + "raise ValueError('why')")
                        .gives(Expected.exited(1).stderr(new Output.Holding("main.py\", line 20001, in <module>\n"))),
                arguments(),
                environment(),
                stdin(),
                files());
    }

    private static Program longCode(String name, String alphabet) {
        int[] characters = switch (alphabet) {
            // All of ASCII but what ends the literal or what Python reads otherwise.
            case "ascii" ->
                new Random(1).ints(MIB, 1, 128).filter(Inputs::isLiteral).toArray();
            case "astral" -> new Random(2).ints(MIB / 4, 0x10000, 0x110000).toArray();
            default -> new Random(3).ints(MIB, 0, 4).map("$$\"("::charAt).toArray();
        };
        int bytes = alphabet.equals("astral") ? 4 : 1;
        String program = code("");
        int room = (MIB - program.length()) / bytes;
        String text = new String(characters, 0, Math.min(characters.length, room));
        text = text + "x".repeat(MIB - program.length() - text.getBytes(UTF_8).length);
        return Program.of("has " + name, code(text))
                .with("timeout", 60)
                .gives(Expected.exited(0).stdout(Output.sha256(text.getBytes(UTF_8)) + "\n"));
    }

    /** One line, seven bits of noise a byte: the worst for compression that UTF-8 has. */
    static String hardlyCompressible(int length) {
        return new Random(6)
                .ints(1, 127)
                .filter(c -> c != '\n' && c != '\r' && c != '\f')
                .limit(length)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isLiteral(int character) {
        return character != '\'' && character != '\\' && character != '\r';
    }

    private static Program code(String name, int bytes) {
        String text = "x".repeat(bytes - code("").length());
        return Program.of("has " + name, code(text))
                .gives(Expected.exited(0).stdout(Output.sha256(text.getBytes(UTF_8)) + "\n"));
    }

    private static String code(String text) {
        return "import hashlib\nprint(hashlib.sha256('''" + text + "'''.encode()).hexdigest())\n";
    }

    private static Program arguments() {
        ArrayNode args = JSON.arrayNode();
        AWKWARD.forEach(args::add);
        return Program.of("has arguments", "import json, sys\nprint(json.dumps(sys.argv[1:]))\nprint(sys.argv[0])")
                .with("args", args)
                .gives(Expected.exited(0).stdout(python(args) + "\nmain.py\n"));
    }

    private static Program environment() {
        ObjectNode env = JSON.objectNode();
        for (int i = 0; i < AWKWARD.size(); i++) {
            env.put("V" + (char) ('A' + i), AWKWARD.get(i));
        }
        // A reference to a variable set before it, which Kubernetes would expand.
        env.put("VX", "$(VA)$(VB)$(EVAL_ID)");
        env.put("PYTHONPATH", "/nowhere"); // Behind the supervisor's own folder.
        return Program.of("has an environment", """
                        import json, os
                        print(json.dumps({k: v for k, v in os.environ.items() if k[0] == 'V' and len(k) == 2}, sort_keys=True))
                        print(os.environ['EVAL_ID'], os.environ['PYTHONPATH'].rpartition(':')[2])
                        """)
                .with("env", env)
                .gives(Expected.exited(0)
                        .stdout(python(sorted(env.deepCopy().remove(List.of("PYTHONPATH"))))
                                + "\nprogram: has an environment /nowhere\n"));
    }

    private static Program stdin() {
        byte[] bytes = new byte[MIB - 200];
        new Random(4).nextBytes(bytes);
        return Program.of(
                        "has almost 1 MiB of stdin",
                        "import hashlib, sys\nprint(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())")
                .with("stdin", base64(bytes))
                .gives(Expected.exited(0).stdout(Output.sha256(bytes) + "\n"));
    }

    private static Program files() {
        byte[] bytes = new byte[300_000];
        new Random(5).nextBytes(bytes);
        Map<String, byte[]> files = new TreeMap<>(Map.of(
                "a/b/c/d.bin",
                bytes,
                "empty",
                new byte[0],
                "names/grüße $(HOME) '\".txt",
                "grüße\r\n\0".getBytes(UTF_8),
                "names/-rf",
                "x".getBytes(UTF_8)));
        ObjectNode given = JSON.objectNode();
        StringBuilder listing = new StringBuilder();
        files.forEach((path, content) -> {
            given.set(path, base64(content));
            listing.append(Output.sha256(content)).append("  ").append(path).append('\n');
        });
        given.put("text", "as text: ü\n");
        listing.append(Output.sha256("as text: ü\n".getBytes(UTF_8))).append("  text\n");
        return Program.of("has files", """
                        import hashlib, pathlib
                        for path in sorted(str(path) for path in pathlib.Path('.').rglob('*') if path.is_file() and path.name != 'main.py'):
                            print(hashlib.sha256(open(path, 'rb').read()).hexdigest() + '  ' + path)
                        """)
                .with("files", given)
                .gives(Expected.exited(0).stdout(listing.toString()));
    }

    private static JsonNode base64(byte[] bytes) {
        return JSON.objectNode().put("base64", Base64.getEncoder().encodeToString(bytes));
    }

    private static JsonNode sorted(JsonNode object) {
        Map<String, JsonNode> members = new TreeMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        ObjectNode sorted = JSON.objectNode();
        members.forEach(sorted::set);
        return sorted;
    }

    /** As Python's json.dumps has it: a space after colon and comma, all but ASCII escaped. */
    private static String python(JsonNode json) {
        if (json.isArray()) {
            StringBuilder items = new StringBuilder();
            json.forEach(item -> items.append(items.isEmpty() ? "" : ", ").append(python(item)));
            return "[" + items + "]";
        }
        if (json.isObject()) {
            StringBuilder members = new StringBuilder();
            json.properties()
                    .forEach(member -> members.append(members.isEmpty() ? "" : ", ")
                            .append(python(JSON.textNode(member.getKey())))
                            .append(": ")
                            .append(python(member.getValue())));
            return "{" + members + "}";
        }
        StringBuilder text = new StringBuilder();
        for (char c : json.toString().toCharArray()) {
            text.append(c < 128 ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return text.toString();
    }
}
