package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.StrictJson;
import dev.cupel.rejection.Quoted;
import dev.cupel.rejection.Rejected;

/** What an API server's refusal of a creation means, by its HTTP status and its {@code Status} object. */
public enum Refusal {
    /** 409: the name is taken. */
    NAME_TAKEN,
    /** 400, 413, 415, 422, and 403 by admission: it will be refused again. */
    FINAL,
    /** All else, a full quota and a missing right or namespace among it: an operator may mend it, so it is tried again. */
    PASSING;

    public static Refusal of(int status, byte[] body) {
        return switch (status) {
            case 409 -> reason(body).equals("AlreadyExists") ? NAME_TAKEN : PASSING;
            case 400, 413, 415, 422 -> FINAL;
            case 403 -> isByAdmission(message(body)) ? FINAL : PASSING;
            default -> PASSING;
        };
    }

    /**
     * 403 says four things: no right (RBAC), quota full, namespace ending, and refused by admission. Only the last is
     * final; it has no reason of its own, so its words must tell.
     */
    public static boolean isByAdmission(String message) {
        return message.contains("denied the request")
                || message.contains("denied request")
                || message.contains("violates PodSecurity");
    }

    /** The server's own words, cut; they hold names of objects and fields, never their content. */
    public static String message(byte[] body) {
        return Quoted.message(status(body).path("message").asText());
    }

    private static String reason(byte[] body) {
        return status(body).path("reason").asText();
    }

    private static JsonNode status(byte[] body) {
        try {
            return StrictJson.parse(body);
        } catch (Rejected e) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
    }
}
