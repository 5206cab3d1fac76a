package dev.cupel.collect.frames;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cupel.render.Python;
import org.junit.jupiter.api.Test;

/** Runs the supervisor's own tests, which are Python's, so that {@code mvn test} runs all there are. */
class SupervisorPythonTest {
    @Test
    void thePythonTestsOfTheSupervisorPass() throws Exception {
        assumeTrue(Python.has("unittest"), "no python3: src/test/python/test_supervisor.py does not run");

        assertEquals("", Python.run("-m", "unittest", "src/test/python/test_supervisor.py"));
    }
}
