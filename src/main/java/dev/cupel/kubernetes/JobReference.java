package dev.cupel.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cupel.json.Fields;
import dev.cupel.rejection.Rejected;

/** The data of a {@code cancel} event and of {@code POST /collect}: which Job. */
public record JobReference(JobName jobName) {
    /** @throws Rejected if it is not {@code {"job_name": …}} */
    public static JobReference decode(JsonNode data) {
        Fields fields = Fields.of(data, "");
        JobReference reference = new JobReference(fields.get("job_name", JobName::new));
        fields.end();
        return reference;
    }

    /** A name out of JSON that somebody sent: {@code InvalidField} at {@code /job_name} if it is none. */
    public static JobName name(String text) {
        return Fields.value(text, "/job_name", JobName::new);
    }
}
