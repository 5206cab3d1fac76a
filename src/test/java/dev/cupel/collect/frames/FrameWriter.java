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

    private final byte[] key = new byte[32];
    private final List<byte[]> lines = new ArrayList<>();
    private final Written stdout = new Written('o', 't');
    private final Written stderr = new Written('e', 'u');
    private final Map<Character, MessageDigest> chains = new HashMap<>();
    private final int outputLimit;
    private int packFrom = 9728 * 1024 * 3 / 5;
    private int written;

    public FrameWriter(Random random, int outputLimit) {
        this.outputLimit = outputLimit;
        random.nextBytes(key);
        frame('k', hex(sha256(key)).getBytes(ISO_8859_1));
    }

    public FrameWriter stdout(byte[] data) {
        return write(stdout, data);
    }

    public FrameWriter stderr(byte[] data) {
        return write(stderr, data);
    }

    private FrameWriter write(Written stream, byte[] data) {
        int kept = Math.min(data.length, outputLimit - stream.kept);
        for (int at = 0; at < kept; at += FRAME_BYTES) {
            frame(stream.kind, Arrays.copyOfRange(data, at, Math.min(kept, at + FRAME_BYTES)));
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
        tail(stdout);
        tail(stderr);
        String quoted = signal == null ? "null" : '"' + signal + '"';
        String data = "{\"key\":\"%s\",\"exit\":%s,\"signal\":%s,\"ended\":\"%s\",\"stdout\":%s,\"stderr\":%s,"
                        .formatted(hex(key), exit, quoted, ended, stdout.totals(), stderr.totals())
                + "\"wall\":0.25,\"cpu\":0.125,\"rss\":13737984,\"started\":1790000000.5,\"finished\":1790000000.75}";
        return frame('r', data.getBytes(ISO_8859_1));
    }

    private void tail(Written stream) {
        byte[] all = stream.all.toByteArray();
        if (stream.kept < all.length) {
            for (int at = Math.max(0, all.length - TAIL_BYTES); at < all.length; at += FRAME_BYTES) {
                frame(stream.tailKind, Arrays.copyOfRange(all, at, Math.min(all.length, at + FRAME_BYTES)));
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
        return written > packFrom ? frame(kind, 'z', deflate(data)) : frame(kind, 'b', data);
    }

    FrameWriter frame(char kind, char packing, byte[] payload) {
        MessageDigest chain = chains.computeIfAbsent(kind, _ -> newSha256());
        chain.update(payload);
        String start = lines.size() + " " + kind + " " + packing;
        byte[] sealed = join(List.of(start.getBytes(ISO_8859_1), copy(chain).digest()));
        String seal = hex(hmac(key, sealed)).substring(0, 32);
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
        final char kind;
        final char tailKind;
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        int kept;

        Written(char kind, char tailKind) {
            this.kind = kind;
            this.tailKind = tailKind;
        }

        String totals() {
            return "{\"bytes\":%d,\"sha256\":\"%s\",\"kept\":%d}"
                    .formatted(all.size(), hex(sha256(all.toByteArray())), kept);
        }
    }
}
