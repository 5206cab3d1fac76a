package dev.cupel.collect.frames;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Writes what a supervisor would write: the other side of the protocol, for tests; with another key, a forger. */
public final class FrameWriter {
    private static final int FRAME_BYTES = 12 * 1024;
    private static final int TAIL_BYTES = 16 * 1024;

    private final Random random;
    private byte[] key = new byte[32];
    private final List<byte[]> lines = new ArrayList<>();
    private final Written stdout = new Written("");
    private final Written stderr = new Written("");
    private final Map<String, MessageDigest> chains = new HashMap<>();
    private final MessageDigest seals = newSha256();
    private String counts = "";
    private boolean isSet;
    private final int outputLimit;
    private int packFrom = 9728 * 1024 * 3 / 5;
    private int written;

    public FrameWriter(Random random, int outputLimit) {
        this.outputLimit = outputLimit;
        this.random = random;
        random.nextBytes(key);
        frame('k', hex(sha256(key)).getBytes(ISO_8859_1));
    }

    public FrameWriter stdout(byte[] data) {
        return write("o", stdout, data);
    }

    public FrameWriter stderr(byte[] data) {
        return write("e", stderr, data);
    }

    private FrameWriter write(String kind, Written stream, byte[] data) {
        return write(kind, stream, data, outputLimit);
    }

    private FrameWriter write(String kind, Written stream, byte[] data, int limit) {
        int kept = Math.min(data.length, limit - stream.kept);
        for (int at = 0; at < kept; at += FRAME_BYTES) {
            frame(kind + stream.run, Arrays.copyOfRange(data, at, Math.min(kept, at + FRAME_BYTES)));
        }
        stream.kept += kept;
        stream.all.writeBytes(data);
        return this;
    }

    public FrameWriter exits(int code) {
        return ends(code, null, "exited");
    }

    public FrameWriter signalled(String name) {
        return ends(null, name, "signalled");
    }

    public FrameWriter ends(
            @org.jspecify.annotations.Nullable Integer exit,
            @org.jspecify.annotations.Nullable String signal,
            String ended) {
        tail("t", stdout);
        tail("u", stderr);
        String sealed = isSet ? ",\"seals\":\"%s\"".formatted(hex(copy(seals).digest())) : "";
        String data =
                "{\"key\":\"%s\",%s%s%s}".formatted(hex(key), end(exit, signal, ended, stdout, stderr), counts, sealed);
        return frame('r', data.getBytes(ISO_8859_1));
    }

    private static String end(
            @org.jspecify.annotations.Nullable Integer exit,
            @org.jspecify.annotations.Nullable String signal,
            String ended,
            Written stdout,
            Written stderr) {
        String quoted = signal == null ? "null" : '"' + signal + '"';
        return "\"exit\":%s,\"signal\":%s,\"ended\":\"%s\",\"stdout\":%s,\"stderr\":%s,"
                        .formatted(exit, quoted, ended, stdout.totals(), stderr.totals())
                + "\"wall\":0.25,\"cpu\":0.125,\"rss\":13737984,\"started\":1790000000.5,\"finished\":1790000000.75";
    }

    /** A run of a compiler, {@code c}, or of a case, its index; how it ended is {@code 0}, {@code SIGKILL}, {@code deadline} … */
    public FrameWriter run(String run, String out, String err, String how) {
        return begin(run, out, err, outputLimit).end(how, "");
    }

    /** What a run prints before it ends. */
    public Begun begin(String run, String out, String err, int limit) {
        Begun begun = new Begun(run, limit);
        write("o", begun.stdout, out.getBytes(java.nio.charset.StandardCharsets.UTF_8), limit);
        write("e", begun.stderr, err.getBytes(java.nio.charset.StandardCharsets.UTF_8), limit);
        return begun;
    }

    /** A run that has not ended. */
    public final class Begun {
        private final Written stdout;
        private final Written stderr;
        private final String run;
        private final int limit;

        private Begun(String run, int limit) {
            this.run = run;
            this.limit = limit;
            stdout = new Written(run);
            stderr = new Written(run);
        }

        /** @param more of its JSON */
        public FrameWriter end(String how, String more) {
            if (limit > 0) {
                tail("t", stdout);
                tail("u", stderr);
            } else {
                stdout.tail = 0;
                stderr.tail = 0;
            }
            boolean isCode = how.chars().allMatch(Character::isDigit);
            boolean isSignal = how.startsWith("SIG");
            String end = FrameWriter.end(
                    isCode ? Integer.valueOf(how) : null,
                    isSignal ? how : null,
                    isCode ? "exited" : isSignal ? "signalled" : how,
                    stdout,
                    stderr);
            return frame("d" + run, ("{" + end + more + "}").getBytes(ISO_8859_1));
        }
    }

    /** Reveals the key, and goes on with another. */
    public FrameWriter checkpoint() {
        byte[] next = new byte[32];
        random.nextBytes(next);
        isSet = true;
        frame("q", (hex(key) + " " + hex(sha256(next))).getBytes(ISO_8859_1));
        key = next;
        return this;
    }

    /** A collected file, whole, or only told where it was not kept. */
    public FrameWriter file(int number, String path, byte[] content, boolean isKept, String more) {
        if (isKept) {
            for (int at = 0; at < content.length; at += FRAME_BYTES) {
                frame("f" + number, Arrays.copyOfRange(content, at, Math.min(content.length, at + FRAME_BYTES)));
            }
        }
        String data = "{\"path\":%s,\"bytes\":%d,\"sha256\":\"%s\",\"kept\":%d%s}"
                .formatted(
                        com.fasterxml.jackson.databind.node.TextNode.valueOf(path),
                        content.length,
                        hex(sha256(content)),
                        isKept ? content.length : 0,
                        more);
        return frame("g" + number, data.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** What the last frame says of cases and files, as JSON after a comma. */
    public FrameWriter counting(String json) {
        counts = json;
        return this;
    }

    private void tail(String kind, Written stream) {
        byte[] all = stream.all.toByteArray();
        if (stream.kept < all.length) {
            for (int at = Math.max(0, all.length - TAIL_BYTES); at < all.length; at += FRAME_BYTES) {
                frame(kind + stream.run, Arrays.copyOfRange(all, at, Math.min(all.length, at + FRAME_BYTES)));
            }
        }
    }

    /** From now on, payloads are packed: the supervisor does so where a log grows long. */
    FrameWriter packing() {
        packFrom = 0;
        return this;
    }

    /** Any frame, sealed as it should be. */
    FrameWriter frame(char kind, byte[] data) {
        return frame(String.valueOf(kind), data);
    }

    FrameWriter frame(String kind, byte[] data) {
        return written > packFrom ? frame(kind, 'z', deflate(data)) : frame(kind, 'b', data);
    }

    FrameWriter frame(char kind, char packing, byte[] payload) {
        return frame(String.valueOf(kind), packing, payload);
    }

    FrameWriter frame(String kind, char packing, byte[] payload) {
        MessageDigest chain = chains.computeIfAbsent(kind, _ -> newSha256());
        chain.update(payload);
        String start = lines.size() + " " + kind + " " + packing;
        byte[] sealed = join(List.of(start.getBytes(ISO_8859_1), copy(chain).digest()));
        String seal = hex(hmac(key, sealed)).substring(0, 32);
        seals.update(seal.getBytes(ISO_8859_1));
        String base64 = Base64.getEncoder().encodeToString(payload);
        lines.add(("\n@cupel1 " + start + base64 + " " + seal + "\n").getBytes(ISO_8859_1));
        written += lines.getLast().length;
        return this;
    }

    /** The frames, each with its newlines; to be cut and shuffled. */
    public List<byte[]> frames() {
        return new ArrayList<>(lines);
    }

    public byte[] log() {
        return join(lines);
    }

    /** What stands in the termination message after {@link #exits} and its like. */
    public String terminationMessage() {
        return new String(lines.getLast(), ISO_8859_1).strip();
    }

    ContainerEnd end(int code) {
        return new ContainerEnd(java.util.Optional.of(code), java.util.Optional.of(terminationMessage()));
    }

    public static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static byte[] sha256(byte[] bytes) {
        return newSha256().digest(bytes);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static byte[] hmac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static byte[] deflate(byte[] data) {
        try (Deflater deflater = new Deflater(1)) {
            deflater.setInput(data);
            deflater.finish();
            byte[] packed = new byte[data.length + 100];
            return Arrays.copyOf(packed, deflater.deflate(packed));
        }
    }

    private static final class Written {
        final String run;
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        int kept;
        int tail = -1;

        Written(String run) {
            this.run = run;
        }

        String totals() {
            String told = tail < 0 ? "" : ",\"tail\":" + tail;
            return "{\"bytes\":%d,\"sha256\":\"%s\",\"kept\":%d%s}"
                    .formatted(all.size(), hex(sha256(all.toByteArray())), kept, told);
        }
    }
}
