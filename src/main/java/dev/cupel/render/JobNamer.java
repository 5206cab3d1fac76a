package dev.cupel.render;

import dev.cupel.json.Bytes;
import dev.cupel.json.Digest;
import dev.cupel.kubernetes.JobName;
import dev.cupel.request.EvalId;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Names the Job of a request: the same source and id give the same name, so that a request told twice is one Job. Each
 * part is hashed with its length before it: JobSink joins them without a delimiter, and then {@code ("a", "bc")} and
 * {@code ("ab", "c")} are one.
 */
public final class JobNamer {
    private static final int READABLE = 20;
    private static final int HASH = 24;
    private static final Pattern UNSAFE = Pattern.compile("[^a-z0-9]+");
    private static final Pattern DASHES_FIRST = Pattern.compile("^-+");
    private static final Pattern DASHES_LAST = Pattern.compile("-+$");

    private JobNamer() {}

    /** {@code eval-}, up to 20 readable characters of the eval_id, and 96 bits of hash. */
    public static JobName name(EvalId evalId, String source, String id) {
        return name(evalId.value(), source, id);
    }

    /**
     * The name of a Job whose asker gave the request's id as a key that must stand for one request only: nothing of the
     * request is in it, so that the API server itself refuses another request with that key, whatever its eval_id.
     */
    public static JobName nameOfKey(String source, String key) {
        return name(key, source, key);
    }

    private static JobName name(String readable, String source, String id) {
        String dashed = UNSAFE.matcher(readable.toLowerCase(Locale.ROOT)).replaceAll("-");
        String safe = DASHES_FIRST.matcher(dashed).replaceAll("");
        String cut = safe.substring(0, Math.min(safe.length(), READABLE));
        String head = DASHES_LAST.matcher(cut).replaceAll("");
        String hash = Digest.ofParts(
                        Bytes.utf8(source).toArray(), Bytes.utf8(id).toArray())
                .hex(HASH);
        return new JobName(head.isEmpty() ? "eval-" + hash : "eval-" + head + "-" + hash);
    }
}
