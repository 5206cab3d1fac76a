package dev.cupel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.request.RequestField;
import dev.cupel.template.Template;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a call of another server's protocol asks for, in Cupel's own words.
 *
 * @param request as {@code POST /execute} takes it
 * @param waitSeconds how long the caller is kept waiting, or less
 * @param form makes the answer of the result
 */
public record AskedRun(ObjectNode request, BigDecimal waitSeconds, Function<JsonNode, Answer> form) {
    /** Until the program starts, and from its end to the answer. verl waits for ten. */
    private static final BigDecimal MARGIN = BigDecimal.valueOf(8);

    private static final Pattern NOT_BASE64 = Pattern.compile("[^A-Za-z0-9+/=]");
    private static final int DECIMALS = 3;
    private static final BigDecimal LEAST_SECONDS = BigDecimal.ONE.movePointLeft(DECIMALS);

    /** @param runSeconds how long the program may take, and its compiler */
    public static AskedRun of(ObjectNode request, BigDecimal runSeconds, Function<JsonNode, Answer> form) {
        return new AskedRun(request, runSeconds.add(MARGIN), form);
    }

    /**
     * A request, to which more can be added.
     *
     * @param evalId of all Jobs of this protocol, because its calls have no names
     */
    public static ObjectNode request(String evalId, Template template, String code) {
        return JsonNodeFactory.instance
                .objectNode()
                .put(RequestField.EVAL_ID.wireName(), evalId)
                .put(RequestField.TEMPLATE.wireName(), template.name().value())
                // An empty program is one for them.
                .put(RequestField.CODE.wireName(), code.isEmpty() ? "\n" : code);
    }

    /** Puts in a file. */
    public static void putFile(String path, String base64, ObjectNode request) {
        // Python and Node skip all other characters, such as the line ends of base64.encodebytes.
        String content = NOT_BASE64.matcher(base64).replaceAll("");
        request.withObject("/" + RequestField.FILES.wireName()).putObject(path).put("base64", content);
    }

    /** A time as Cupel takes it: not 0, and with no more digits than count. */
    public static BigDecimal seconds(BigDecimal asked) {
        return asked.max(LEAST_SECONDS).setScale(DECIMALS, RoundingMode.CEILING);
    }
}
