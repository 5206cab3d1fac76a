package dev.cupel.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.cupel.template.Placeholder;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A template's tree made ready to be filled again and again, by {@link Planner}: what is open, and what is the same each time. */
sealed interface Plan {
    /** A tree of its own for these values. */
    JsonNode fill(JobValues values);

    /** Adds to a list what stands there as one item. */
    default void addTo(ArrayNode list, JobValues values) {
        list.add(fill(values));
    }

    record Member(String name, Plan value) {}

    record Mapping(List<Member> members) implements Plan {
        @Override
        public ObjectNode fill(JobValues values) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (Member member : members) {
                object.set(member.name(), member.value().fill(values));
            }
            return object;
        }
    }

    record Sequence(List<Plan> items) implements Plan {
        @Override
        public ArrayNode fill(JobValues values) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            items.forEach(item -> item.addTo(array, values));
            return array;
        }
    }

    /** A scalar that is the same in every Job. */
    record Fixed(JsonNode scalar) implements Plan {
        @Override
        public JsonNode fill(JobValues values) {
            return scalar;
        }
    }

    /** A placeholder that makes a number. */
    record Whole(Placeholder placeholder) implements Plan {
        @Override
        public JsonNode fill(JobValues values) {
            return JsonNodeFactory.instance.numberNode(Integer.parseInt(values.text(placeholder)));
        }
    }

    /**
     * A string with placeholders.
     *
     * @param around what stands before, between and after them: one more than there are placeholders
     * @param each what a placeholder's value becomes
     * @param all what the string then becomes
     */
    record Text(
            List<String> around, List<Placeholder> placeholders, UnaryOperator<String> each, UnaryOperator<String> all)
            implements Plan {
        @Override
        public JsonNode fill(JobValues values) {
            Iterator<String> literals = around.iterator();
            StringBuilder filled = new StringBuilder(literals.next());
            for (Placeholder placeholder : placeholders) {
                filled.append(each.apply(values.text(placeholder))).append(literals.next());
            }
            return TextNode.valueOf(all.apply(filled.toString()));
        }
    }

    /** An item of a list that becomes as many as there are: {@code __PROGRAM__}, {@code __ENV__}. */
    record Several(BiConsumer<ArrayNode, JobValues> items) implements Plan {
        @Override
        public JsonNode fill(JobValues values) {
            throw new IllegalStateException("stands in a list only");
        }

        @Override
        public void addTo(ArrayNode list, JobValues values) {
            items.accept(list, values);
        }
    }
}
