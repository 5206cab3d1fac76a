package dev.cupel.lint.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Findings for programs. */
public final class JsonReport {
    private JsonReport() {}

    /** As {@code docs/contract.md} has it. */
    public static ObjectNode of(Findings findings) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("templates", findings.templates())
                .put("errors", findings.errors())
                .put("warnings", findings.warnings());
        ArrayNode list = json.putArray("findings");
        findings.all()
                .forEach(problem -> list.addObject()
                        .put("file", findings.path(problem).toString())
                        .put("line", problem.mark().line())
                        .put("column", problem.mark().column())
                        .put("length", problem.mark().length())
                        .put("severity", problem.check().severity().wireName())
                        .put("rule", problem.check().id())
                        .put("message", problem.message())
                        .put("help", problem.help()));
        return json;
    }
}
