package dev.cupel.programs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The largest run: 1 MiB of code that prints 4 MiB of noise. */
public final class Large {
    private static final int MIB = 1 << 20;

    private Large() {}

    public static ObjectNode request(String evalId, boolean onBothStreams) {
        String code = Outputs.NOISE + (onBothStreams ? Outputs.WRITE_BOTH : "write(1, noise(4 << 20))") + "\n# ";
        return JsonNodeFactory.instance
                .objectNode()
                .put("eval_id", evalId)
                .put("code", code + Inputs.hardlyCompressible(MIB - code.length()))
                .put("output_limit", 4 * MIB)
                .put("timeout", 120);
    }

    /** What it prints on each stream. */
    public static byte[] noise() {
        return Outputs.noise(4 * MIB);
    }
}
