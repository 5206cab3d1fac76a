package dev.cupel.kubernetes;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** One value for each {@link ContainerResource}: what is asked for, declared, or given. */
public final class PerResource<T> {
    private final Map<ContainerResource, T> values;

    private PerResource(Map<ContainerResource, T> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /** Asks once for each, in their order. */
    public static <T> PerResource<T> of(Function<ContainerResource, T> value) {
        Map<ContainerResource, T> values = new EnumMap<>(ContainerResource.class);
        for (ContainerResource resource : ContainerResource.values()) {
            values.put(resource, value.apply(resource));
        }
        return new PerResource<>(values);
    }

    public T get(ContainerResource resource) {
        return Objects.requireNonNull(values.get(resource));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PerResource<?> same && values.equals(same.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
