"""Runs the supervisor's tests and tells of each, as a line of JSON on standard output, when it is over.

Exit code 0 says that all of them were run, not that all passed.
"""
import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_cases
import test_files
import test_samples
import test_supervisor

LINES = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what a test prints is no line of ours


class Tell(unittest.TestResult):
    trouble = reason = None

    def tell(self, test):
        LINES.write(json.dumps({"test": str(test), "trouble": self.trouble, "skipped": self.reason}) + "\n")
        LINES.flush()
        self.trouble = self.reason = None

    def add(self, test, words):
        self.trouble = (self.trouble or "") + words + "\n"
        if not isinstance(test, unittest.TestCase):  # the setting up of a class
            self.tell(test)

    def stopTest(self, test):
        super().stopTest(test)
        self.tell(test)

    def addError(self, test, err):
        super().addError(test, err)
        self.add(test, self.errors[-1][1])

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.add(test, self.failures[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            kind = self.failures if issubclass(err[0], test.failureException) else self.errors
            self.add(test, "%s\n%s" % (subtest, kind[-1][1]))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.reason = reason

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.add(test, "passed, and was expected to fail")


modules = test_supervisor, test_cases, test_files, test_samples
tests = [test for module in modules for group in unittest.defaultTestLoader.loadTestsFromModule(module) for test in group]
suite = unittest.TestSuite(test for test in tests if len(sys.argv) < 2 or sys.argv[1] in str(test))  # those with that in their name
result = suite.run(Tell())
sys.exit(0 if result.testsRun else "no test was run")
