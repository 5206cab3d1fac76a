package dev.cupel.http.runcode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a call, in the words of pydantic, which SandboxFusion answers with.
 *
 * @param type such as {@code missing}
 * @param place names and indexes, from the body down
 */
record Fault(String type, List<Object> place, String message) {
    private static final String BODY = "body";

    Fault {
        place = List.copyOf(place);
    }

    /** A fault below the body. */
    static Fault at(String type, String message, Object... below) {
        List<Object> place = new ArrayList<>(List.of(BODY));
        place.addAll(List.of(below));
        return new Fault(type, place, message);
    }

    /** The body of an answer with status 422. */
    static ObjectNode toJson(List<Fault> faults) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode detail = json.putArray("detail");
        for (Fault fault : faults) {
            ObjectNode one = detail.addObject().put("type", fault.type);
            ArrayNode loc = one.putArray("loc");
            for (Object part : fault.place) {
                if (part instanceof Integer index) {
                    loc.add(index);
                } else {
                    loc.add(part.toString());
                }
            }
            one.put("msg", fault.message);
        }
        return json;
    }
}
