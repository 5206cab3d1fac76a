package dev.cupel.collect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** Where whole streams and files can be had. */
@FunctionalInterface
public interface Links {
    /** For an answer that holds all there is. */
    Links NONE = _ -> Optional.empty();

    /** @param path below the Job's own address, percent-encoded, as in {@code /stdout} */
    Optional<String> to(String path);

    /** @param address the Job's own */
    static Links below(String address) {
        return path -> Optional.of(address + path);
    }

    /** Each byte that is not unreserved (RFC 3986, section 2.3), but for the slashes. */
    static String encode(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte one : path.getBytes(UTF_8)) {
            char letter = (char) (one & 0xFF);
            boolean isPlain = letter < 0x80 && (Character.isLetterOrDigit(letter) || "-._~/".indexOf(letter) >= 0);
            encoded.append(isPlain ? String.valueOf(letter) : "%%%02X".formatted((int) letter));
        }
        return encoded.toString();
    }
}
