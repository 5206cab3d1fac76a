package dev.cupel.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cupel.json.Fields;
import dev.cupel.rejection.Rejected;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The runs of a program that is run more than once in one Job.
 *
 * @param list empty where the program is run once
 * @param parallel how many may run at the same time
 */
public record Cases(List<Case> list, int parallel, boolean stopAtFirstFailure) {
    /** A program that is run once. */
    public static final Cases NONE = new Cases(List.of(), 1, false);

    public Cases {
        list = List.copyOf(list);
    }

    static Cases decode(Fields fields) {
        Optional<List<Fields>> asked = fields.findObjects(RequestField.CASES.wireName(), RequestField.CASES.max());
        OptionalInt parallel = fields.findInt(
                RequestField.PARALLEL.wireName(), RequestField.PARALLEL.min(), RequestField.PARALLEL.max());
        Optional<Boolean> stop = fields.findBoolean(RequestField.STOP_AT_FIRST_FAILURE.wireName());
        if (asked.isEmpty()) {
            refuseAlone(RequestField.PARALLEL, parallel.isPresent());
            refuseAlone(RequestField.STOP_AT_FIRST_FAILURE, stop.isPresent());
            return NONE;
        }
        List<Fields> each = asked.get();
        return new Cases(
                IntStream.range(0, each.size())
                        .mapToObj(i -> Case.decode(each.get(i), i))
                        .toList(),
                parallel.orElse(1),
                stop.orElse(false));
    }

    private static void refuseAlone(RequestField field, boolean isAsked) {
        if (isAsked) {
            throw Rejected.invalid(field.pointer(), "says how cases are run, and there are none; send cases with it");
        }
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** Where the one at {@code index} stands in a request, as a JSON Pointer. */
    public static String pointer(int index) {
        return RequestField.CASES.pointer() + "/" + index;
    }

    /** Their names as an annotation holds them: a JSON array or, where all are their own index, how many there are. */
    public String names() {
        boolean areIndexes =
                IntStream.range(0, list.size()).allMatch(i -> list.get(i).name().equals(Integer.toString(i)));
        if (areIndexes) {
            return Integer.toString(list.size());
        }
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        list.forEach(one -> names.add(one.name()));
        return names.toString();
    }
}
