"""Tests of the Python client against a server, which CUPEL_URL names."""

import asyncio
import contextlib
import io
import os
import pathlib
import re
import sys
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CLIENT = pathlib.Path(__file__).parents[2] / "main" / "python"
sys.path.insert(0, str(CLIENT))

from cupel import AsyncCupel, Cupel, CupelError, Rejected, Unavailable, code_eval  # noqa: E402

EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


class ReadmeTest(unittest.TestCase):
    def test_every_example_prints_what_it_says(self):
        readme = (CLIENT / "README.md").read_text(encoding="utf-8")
        examples = EXAMPLE.findall(readme)
        self.assertEqual(len(examples), readme.count("```python"))
        for code, expected in examples:
            with self.subTest(code), contextlib.redirect_stdout(io.StringIO()) as out:
                exec(code.replace("http://127.0.0.1:8080", os.environ["CUPEL_URL"]), {"__name__": "example"})
            self.assertEqual(expected, out.getvalue())


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.client = Cupel()

    def test_output_is_bytes(self):
        code = "import sys\nsys.stdout.buffer.write(b'a\\r\\n\\0\\xff')\nsys.stderr.write('e')"
        result = self.client.run(code)
        self.assertEqual((b"a\r\n\0\xff", b"e"), (result.stdout, result.stderr))

    def test_cases_and_files(self):
        result = self.client.run(
            "open('f', 'w').write(input())", cases=[{"stdin": "1"}, {"stdin": "2"}, {}], collect_files=["f"]
        )
        self.assertEqual(["success", "success", "failure"], [case.outcome for case in result.cases])
        self.assertEqual([b"1", b"2"], [case.files["f"] for case in result.cases[:2]])

    def test_the_same_key_is_the_same_job(self):
        key = f"client-{os.getpid()}"
        names = {self.client.run("print(1)", key=key).json["job_name"] for _ in range(2)}
        self.assertEqual(1, len(names))
        with self.assertRaises(Rejected) as conflict:
            self.client.run("print(2)", key=key)
        self.assertEqual("Conflict", conflict.exception.reason)

    def test_a_bad_request_is_rejected(self):
        with self.assertRaises(Rejected) as rejected:
            self.client.run("print(1)", timeout=0)
        self.assertEqual(("InvalidField", "/timeout"), (rejected.exception.reason, rejected.exception.field))

    def test_many_come_in_order_and_rejected_ones_too(self):
        requests = [f"import time; time.sleep({0.3 if i == 0 else 0}); print({i})" for i in range(6)] + [""]
        results = list(self.client.run_many(requests, workers=3))
        self.assertEqual([b"%d\n" % i for i in range(6)], [result.stdout for result in results[:6]])
        self.assertEqual(("rejected", "/code"), (results[6].outcome, results[6].json["field"]))

    def test_requests_are_taken_as_there_is_room(self):
        taken = []

        def requests():
            for i in range(100):
                taken.append(i)
                yield "pass"

        results = self.client.run_many(requests(), workers=2)
        next(results)
        results.close()
        self.assertLessEqual(len(taken), 5)

    def test_jobs_are_listed_and_cancelled(self):
        eval_id = f"listed ü {os.getpid()}"
        for _ in range(3):
            self.client.run({"eval_id": eval_id, "code": "pass"})
        listed = list(self.client.jobs(eval_id=eval_id, limit=2))
        self.assertEqual([eval_id] * 3, [job["eval_id"] for job in listed])
        self.client.cancel(listed[0]["job_name"])

    def test_asyncio(self):
        async def main():
            client = AsyncCupel()
            some = [result.stdout async for result in client.run_many(["print(1)", "print(2)"])]
            one = await client.run("print(3)")
            return some + [one.stdout]

        self.assertEqual([b"1\n", b"2\n", b"3\n"], asyncio.run(main()))

    def test_asyncio_left_while_a_result_is_awaited(self):
        async def main():
            results = AsyncCupel().run_many(["import time; time.sleep(2)"] * 3, workers=1)
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(results.__anext__(), 0.2)

        asyncio.run(main())


class CodeEvalTest(unittest.TestCase):
    def test_ends_in_the_words_of_code_eval(self):
        candidates = [
            "x = 1",
            "x = 2",
            "while True: pass",
            "raise ValueError('bad')",
            "import sys; sys.exit(0)",
            "print('y' * 3_000_000); x = 1",
            "x = (",
        ]
        pass_at_k, results = code_eval.compute(
            references=["assert x == 1"], predictions=[candidates], k=[1, 7, 10], timeout=2
        )
        told = [row["result"] for _, row in results[0]]
        self.assertEqual(
            ["passed", "failed: ", "timed out", "failed: bad", "failed: it exited before its end", "passed"], told[:6]
        )
        self.assertTrue(told[6].startswith("failed: '(' was never closed"), told[6])
        self.assertEqual({"pass@1", "pass@7"}, set(pass_at_k))
        self.assertAlmostEqual(2 / 7, pass_at_k["pass@1"])
        self.assertEqual(1.0, pass_at_k["pass@7"])
        self.assertEqual(list(range(7)), [number for number, _ in results[0]])

    def test_the_mean_is_of_all_tasks(self):
        pass_at_k, results = code_eval.compute(
            references=["assert x == 1", "assert x == 2"], predictions=[["x = 1"], ["x = 1"]], k=1
        )
        self.assertEqual({"pass@1": 0.5}, pass_at_k)
        self.assertEqual([0, 1], sorted(results))

    def test_lists_must_have_the_same_length(self):
        with self.assertRaises(ValueError):
            code_eval.compute(references=[], predictions=[["x"]])


class FailingServerTest(unittest.TestCase):
    """What a server says when it is not well."""

    def serve(self, *answers):
        left = list(answers)
        self.keys = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(handler):
                handler.rfile.read(int(handler.headers["Content-Length"]))
                self.keys.append(handler.headers["Idempotency-Key"])
                status, body = left.pop(0)
                if status is None:
                    handler.connection.close()
                    return
                handler.send_response(status)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            def log_message(handler, *_):
                pass

            def handle_one_request(handler):
                with contextlib.suppress(OSError, ValueError):
                    super().handle_one_request()

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return Cupel(f"http://127.0.0.1:{server.server_address[1]}", patience=3)

    def test_what_may_pass_is_asked_again_with_the_same_key(self):
        client = self.serve((503, b"{}"), (None, b""), (504, b""), (200, b'{"outcome": "success"}'))
        self.assertTrue(client.run("pass").ok)
        self.assertEqual((4, 1), (len(self.keys), len(set(self.keys))))

    def test_patience_ends(self):
        with self.assertRaises(Unavailable):
            self.serve(*[(503, b"{}")] * 99).run("pass")
        with self.assertRaises(Unavailable):
            Cupel("http://127.0.0.1:9", patience=0.5).run("pass")

    def test_another_server(self):
        for status, body in ((404, b"<html>"), (200, b"{}"), (200, b"[]"), (500, b'{"detail": "x"}')):
            with self.assertRaises(CupelError):
                self.serve((status, body)).run("pass")

    def test_a_program_that_cannot_be_run_is_neither_right_nor_wrong(self):
        error = b'{"eval_id": "0-0", "outcome": "error", "reason": "Evicted"}'
        with self.assertRaisesRegex(CupelError, "Evicted"):
            code_eval.compute(references=["pass"], predictions=[["pass"]], client=self.serve(*[(200, error)] * 3))
        self.assertEqual(3, len(set(self.keys)))


if __name__ == "__main__":
    unittest.main()
