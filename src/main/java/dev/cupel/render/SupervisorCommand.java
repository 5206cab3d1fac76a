package dev.cupel.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.json.FixedText;
import dev.cupel.kubernetes.Expansion;
import dev.cupel.policy.CarriedSupervisor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** How the supervisor is started in a container: the words of its command, and what a Job needs so that they are true. */
public final class SupervisorCommand {
    /** The image's own interpreter. -I and -S keep from it all that the program's environment or folder could bring. */
    private static final List<String> INLINE = List.of("python3", "-I", "-S", "-u", "-c");

    private final Optional<CarriedSupervisor> carried;
    private final List<String> words;
    private final List<JsonNode> items;

    private SupervisorCommand(List<String> words, Optional<CarriedSupervisor> carried) {
        this.carried = carried;
        this.words = List.copyOf(words);
        this.items = words.stream()
                .<JsonNode>map(word -> new FixedText(Expansion.escape(word)))
                .toList();
    }

    private static final class Inline {
        static final SupervisorCommand COMMAND = new SupervisorCommand(
                Stream.concat(INLINE.stream(), Stream.of(text())).toList(), Optional.empty());

        private Inline() {}

        /** A program that unpacks and runs supervisor.py: its plain text would be two and a half times as long. */
        private static String text() {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (InputStream in = SupervisorCommand.class.getResourceAsStream("supervisor.py");
                    Deflater smallest = new Deflater(Deflater.BEST_COMPRESSION);
                    DeflaterOutputStream zlib = new DeflaterOutputStream(packed, smallest)) {
                if (in == null) {
                    throw new IllegalStateException("supervisor.py is not in the program");
                }
                in.transferTo(zlib);
            } catch (IOException e) {
                throw new UncheckedIOException("supervisor.py", e);
            }
            return "import binascii,zlib;exec(zlib.decompress(binascii.a2b_base64('%s')))"
                    .formatted(Base64.getEncoder().encodeToString(packed.toByteArray()));
        }
    }

    /** Its text is a word of the command, so a manifest holds it, and the image must have an interpreter. */
    public static SupervisorCommand inline() {
        return Inline.COMMAND;
    }

    /** It comes with an interpreter of its own, so a manifest holds no text of it, and the image needs nothing. */
    public static SupervisorCommand carried(CarriedSupervisor supervisor) {
        return new SupervisorCommand(CarriedSupervisor.COMMAND, Optional.of(supervisor));
    }

    /** What the installation says: carried, if anything carries it. */
    public static SupervisorCommand of(Optional<CarriedSupervisor> supervisor) {
        return supervisor.map(SupervisorCommand::carried).orElseGet(SupervisorCommand::inline);
    }

    /** The command, not yet escaped for Kubernetes. */
    public List<String> words() {
        return words;
    }

    /** The command as a manifest holds it. The same nodes for every Job: the text's canonical form is made once. */
    List<JsonNode> items() {
        return items;
    }

    /** Adds to a hardened Job, whoever built it, what the command needs beside it: nothing where it brings the text along. */
    void addTo(ObjectNode job) {
        carried.ifPresent(supervisor -> supervisor.addTo(job));
    }
}
