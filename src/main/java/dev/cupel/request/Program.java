package dev.cupel.request;

import dev.cupel.json.Bytes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A program, and all that it is given.
 *
 * @param files relative path to content, in the program's working folder
 */
public record Program(String code, List<String> args, Bytes stdin, Map<String, Bytes> files, Map<String, String> env) {
    public Program {
        args = List.copyOf(args);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }
}
