package dev.cupel.request;

import dev.cupel.json.Bytes;
import dev.cupel.json.Fields;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of a program that has several.
 *
 * @param args in place of the request's, where there are any
 * @param stdin in place of the request's, where there is one
 * @param files beside the request's; in place of one with the same path
 * @param env beside the request's; in place of one with the same name
 * @param timeout of this run alone
 */
public record Case(
        String name,
        Optional<List<String>> args,
        Optional<Bytes> stdin,
        Map<String, Bytes> files,
        Map<String, String> env,
        Optional<Seconds> timeout) {

    /** What one may hold. */
    public static final List<String> FIELDS = List.of("name", "args", "stdin", "files", "env", "timeout");

    /** The most characters of a name. */
    public static final int MAX_NAME = 100;

    public Case {
        args = args.map(List::copyOf);
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    static Case decode(Fields fields, int index) {
        Case decoded = new Case(
                fields.find("name", Case::name).orElse(Integer.toString(index)),
                fields.findTexts("args"),
                fields.findContent("stdin"),
                fields.findContentMap("files"),
                fields.findTextMap("env"),
                Seconds.find(fields, RequestField.TIMEOUT));
        fields.refuseOthers(FIELDS);
        return decoded;
    }

    private static String name(String name) {
        ShortText.check(name, MAX_NAME);
        return name;
    }
}
