package dev.cupel.cli.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.StrictJson;
import dev.cupel.request.EvalId;
import dev.cupel.request.JobRequest;
import dev.cupel.request.TemplateName;
import dev.cupel.template.Template;
import dev.cupel.template.Templates;
import dev.cupel.terminal.StandardStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A request made of a program's file. */
record Program(Wanted wanted) {
    /** Why no request can be made of it. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    /** By its name: what ends in .json, or has no ending, is a request. */
    static boolean isOne(Path file) {
        String ending = ending(name(file));
        return !ending.isEmpty() && !ending.equals(".json");
    }

    private static String name(Path file) {
        return Optional.ofNullable(file.getFileName()).map(Path::toString).orElse("");
    }

    /** With its dot; empty where there is none but at the beginning. */
    private static String ending(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? "" : name.substring(dot);
    }

    private boolean isInStandardInput() {
        return wanted.file().toString().equals("-");
    }

    ObjectNode request(Templates templates) throws IOException, Unusable {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        request.put("eval_id", evalId()).put("code", code());
        request.put(
                "template", wanted.template().isPresent() ? wanted.template().get() : template(templates));
        wanted.timeout().ifPresent(seconds -> request.put("timeout", seconds));
        byte[] stdin = stdin();
        if (stdin.length > 0) {
            request.putObject("stdin").put("base64", Base64.getEncoder().encodeToString(stdin));
        }
        if (!wanted.arguments().isEmpty()) {
            wanted.arguments().forEach(request.putArray("args")::add);
        }
        return request;
    }

    private String evalId() {
        String name = isInStandardInput() ? "stdin" : name(wanted.file()).replaceAll("\\p{Cntrl}", "?");
        return name.substring(0, Math.min(name.length(), EvalId.MAX_LENGTH));
    }

    private String code() throws IOException, Unusable {
        byte[] bytes = isInStandardInput() ? read(System.in, "the program") : Files.readAllBytes(wanted.file());
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Unusable(wanted.file() + " is no program: it is not text in UTF-8");
        }
    }

    private byte[] stdin() throws IOException, Unusable {
        Optional<Path> named = wanted.stdin().filter(path -> !path.toString().equals("-"));
        if (named.isPresent()) {
            try (InputStream in = Files.newInputStream(named.get())) {
                return read(in, "the standard input");
            }
        }
        boolean isGiven = StandardStream.INPUT.isPipe() || StandardStream.INPUT.isFile();
        boolean isWanted = wanted.stdin().isPresent() || (isGiven && !isInStandardInput());
        return isWanted ? read(System.in, "the standard input") : new byte[0];
    }

    /** No more than a request can hold. */
    private static byte[] read(InputStream in, String what) throws IOException, Unusable {
        byte[] bytes = in.readNBytes(StrictJson.MAX_BYTES + 1);
        if (bytes.length > StrictJson.MAX_BYTES) {
            throw new Unusable(what + " is more than " + StrictJson.MAX_BYTES + " bytes");
        }
        return bytes;
    }

    /** The one whose main file ends in the same way; of several the default, if it is one of them. */
    private String template(Templates templates) throws Unusable {
        String ending = ending(name(wanted.file()));
        List<TemplateName> fitting = templates.names().stream()
                .filter(name -> templates
                        .find(name)
                        .filter(some -> endsIn(some, ending))
                        .isPresent())
                .toList();
        if (fitting.isEmpty()) {
            throw new Unusable("no template has a main file that ends in " + ending + ": name one by --template ("
                    + templates.namesOf(some -> some.declaration().execution().isPresent()) + ")");
        }
        if (fitting.contains(JobRequest.DEFAULT_TEMPLATE)) {
            return JobRequest.DEFAULT_TEMPLATE.value();
        }
        if (fitting.size() > 1) {
            throw new Unusable("several templates have a main file that ends in " + ending
                    + ": name one by --template ("
                    + String.join(
                            ", ", fitting.stream().map(TemplateName::value).toList()) + ")");
        }
        return fitting.getFirst().value();
    }

    private static boolean endsIn(Template template, String ending) {
        return template.declaration()
                .execution()
                .filter(execution -> ending(execution.main()).equals(ending))
                .isPresent();
    }
}
