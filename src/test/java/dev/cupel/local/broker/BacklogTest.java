package dev.cupel.local.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static List<Long> all(Backlog backlog, long from, String type) {
        List<Long> numbers = new ArrayList<>();
        Optional<Backlog.Passed> next = backlog.next(from, type::equals);
        while (next.isPresent()) {
            numbers.add(next.get().number());
            next = backlog.next(numbers.getLast(), type::equals);
        }
        return numbers;
    }

    @Test
    void itIsBoundedByBytesWhateverTheNumber() {
        Backlog backlog = new Backlog(1000);
        for (int i = 0; i < 5000; i++) {
            backlog.add("a", new byte[100]);
        }
        assertEquals(
                List.of(4991L, 4992L, 4993L, 4994L, 4995L, 4996L, 4997L, 4998L, 4999L, 5000L), all(backlog, 0, "a"));
        backlog.add("a", new byte[999]);
        assertEquals(List.of(5001L), all(backlog, 0, "a"));
        backlog.add("a", new byte[2000]);
        assertEquals(List.of(), all(backlog, 0, "a"));
    }

    @Test
    void aReaderBeginsWithSoManyBytesOfWhatHeWants() {
        Backlog backlog = new Backlog(100_000);
        for (int i = 0; i < 20; i++) {
            backlog.add(i % 2 == 0 ? "a" : "b", new byte[100]);
        }
        assertEquals(List.of(15L, 17L, 19L), all(backlog, backlog.before(300, "a"::equals), "a"));
        assertEquals(0, backlog.before(10_000, "a"::equals));
    }

    @Test
    void idsLeadBackInThisRunOnly() {
        Backlog backlog = new Backlog(1000);
        backlog.add("a", "{}".getBytes(UTF_8));
        Backlog.Passed event = backlog.next(0, _ -> true).orElseThrow();
        assertEquals(Optional.of(1L), backlog.number(backlog.id(event)));
        assertTrue(new Backlog(1000).number(backlog.id(event)).isEmpty());
        assertTrue(backlog.number("x").isEmpty());
        assertTrue(backlog.number(backlog.id(event) + "0000000000000000000000").isEmpty());
    }
}
