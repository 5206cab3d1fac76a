package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.Fields;
import dev.cupel.rejection.Rejected;

/** The data of a {@code cancel} event and of {@code POST /collect}: which Job. */
public record JobReference(JobName jobName) {
    /** @throws Rejected if it is not {@code {"job_name": …}} */
    public static JobReference decode(JsonNode data) {
        Fields fields = Fields.of(data, "");
        JobReference reference = new JobReference(new JobName(fields.getText("job_name")));
        fields.end();
        return reference;
    }
}
