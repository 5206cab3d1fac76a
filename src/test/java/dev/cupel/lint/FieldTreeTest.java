package dev.cupel.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cupel.WrittenFile;
import dev.cupel.policy.Policy;
import dev.cupel.policy.Rule;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That lint knows the fields that the client library knows; {@code -Dcupel.golden=rewrite} writes them. */
class FieldTreeTest {
    private static final Path RESOURCE = Path.of("src/main/resources/dev/cupel/lint/fields.json");

    private final ObjectNode types = JsonNodeFactory.instance.objectNode();
    private final Deque<Class<?>> open = new ArrayDeque<>(List.of(Job.class));

    @Test
    void holdsWhatTheClientLibrarysModelHolds() throws IOException {
        while (!open.isEmpty()) {
            Class<?> model = open.pop();
            if (!types.has(model.getSimpleName())) {
                describe(model);
            }
        }
        WrittenFile.check(RESOURCE, types.toPrettyString() + "\n");
    }

    private void describe(Class<?> model) {
        ObjectNode fields = types.putObject(model.getSimpleName());
        Arrays.stream(model.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(JsonProperty.class))
                .sorted(Comparator.comparing(FieldTreeTest::name))
                .forEach(field -> fields.put(name(field), word(field.getGenericType())));
    }

    private static String name(Field field) {
        return field.getAnnotation(JsonProperty.class).value();
    }

    private String word(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return Map.class.isAssignableFrom((Class<?>) generic.getRawType())
                    ? "{" + word(last) + "}"
                    : "[" + word(last) + "]";
        }
        Class<?> model = (Class<?>) type;
        if (model == String.class) {
            return "string";
        }
        if (model == Integer.class || model == Long.class) {
            return "integer";
        }
        if (model == Boolean.class) {
            return "boolean";
        }
        if (model == Double.class) {
            return "number";
        }
        if (model == Quantity.class) {
            return "quantity";
        }
        if (model == IntOrString.class) {
            return "int-or-string";
        }
        boolean hasFields = KubernetesResource.class.isAssignableFrom(model)
                && Arrays.stream(model.getDeclaredFields()).anyMatch(f -> f.isAnnotationPresent(JsonProperty.class));
        if (!hasFields) {
            return "any";
        }
        open.add(model);
        return model.getSimpleName();
    }

    /** A field that the hardening names, and lint called unknown, could not be written at all. */
    @Test
    void holdsEveryFieldThatThePolicyNames() {
        assertNamed(Policy.JOB, new FieldTree.Type.Fields(FieldTree.ROOT), "");
    }

    private static void assertNamed(Rule rule, FieldTree.Type type, String at) {
        switch (rule) {
            case Rule.Fields fields -> {
                fields.fields().forEach((name, field) -> {
                    FieldTree.Type below = switch (type) {
                        case FieldTree.Type.MapOf map -> map.value();
                        case FieldTree.Type.Fields named ->
                            FieldTree.read().fields(named.name()).get(name);
                        default -> null;
                    };
                    assertTrue(below != null, at + "/" + name);
                    assertNamed(field.rule(), below, at + "/" + name);
                });
            }
            case Rule.ListOf list -> assertNamed(list.item(), ((FieldTree.Type.ListOf) type).item(), at + "/0");
            default -> {}
        }
    }

    @Test
    void readsItsOwnWords() {
        assertEquals(
                new FieldTree.Type.ListOf(new FieldTree.Type.MapOf(FieldTree.Type.Scalar.INT_OR_STRING)),
                FieldTree.Type.parse("[{int-or-string}]"));
        assertEquals(new FieldTree.Type.Fields("PodSpec"), FieldTree.Type.parse("PodSpec"));
    }
}
