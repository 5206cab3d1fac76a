"""The calls and their results, with nothing but the standard library."""

from __future__ import annotations

import asyncio
import base64
import collections
import http.client
import itertools
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, AsyncIterator, Generator, Iterable, Iterator, Mapping, Union

#: The fields of a request, or the program alone.
Request = Union[str, Mapping[str, Any]]

_NOT_NOW = (429, 502, 503, 504)
_WAIT = 30  # Seconds for a result: shorter than what proxies commonly wait for an answer.
_PREFER = {"Prefer": f"wait={_WAIT}"}


class CupelError(Exception):
    """No result could be had."""


class Unavailable(CupelError):
    """The server was away, or said "not now", for too long. Nothing is known to be wrong with the request."""


class Rejected(CupelError):
    """The request will never run as asked."""

    def __init__(self, reason: str, field: str, message: str) -> None:
        super().__init__(f"{reason} {field}: {message}")
        self.reason = reason
        self.field = field
        self.message = message


class Result:
    """How a run, or a case of it, ended. `json` is all that the server said."""

    def __init__(self, json: dict[str, Any]) -> None:
        self.json = json
        #: success, failure, error, cancelled; of a case also not_run; of run_many also rejected.
        self.outcome = str(json["outcome"])
        self.reason: str | None = json.get("reason")
        #: Whether the program ran and exited with 0.
        self.ok = self.outcome == "success"
        self.exit_code: int | None = json.get("exit_code")
        #: What it wrote, byte for byte: the head where it was more than output_limit.
        self.stdout = kept_bytes(json.get("stdout"))
        self.stderr = kept_bytes(json.get("stderr"))
        #: The ends of the cases that were asked for, in that order.
        self.cases = [Result(case) for case in json.get("cases", [])]
        files = json.get("files", {}).items()
        #: The collected files that the answer holds whole.
        self.files = {path: kept_bytes(file) for path, file in files if not file.get("truncated")}

    def __repr__(self) -> str:
        return f"<Result {self.json.get('eval_id')!r}: {self.outcome}, {self.reason}>"


def kept_bytes(content: Mapping[str, str] | None) -> bytes:
    """The kept bytes of a stream or file."""
    told = content or {}
    return base64.b64decode(told["base64"]) if "base64" in told else told.get("text", "").encode()


class Cupel:
    """A server. From any number of threads."""

    def __init__(
        self, url: str | None = None, *, headers: Mapping[str, str] | None = None, patience: float = 60
    ) -> None:
        """url: where it serves; if not given, CUPEL_URL, else http://127.0.0.1:8080.
        headers: of every call. patience: seconds that the server may stay away, or say "not now"."""
        self.url = (url or os.environ.get("CUPEL_URL") or "http://127.0.0.1:8080").rstrip("/")
        self.headers = dict(headers or {})
        self.patience = patience

    def run(self, request: Request, *, key: str | None = None, **fields: Any) -> Result:
        """Runs a program to its end.

        request: its code, or all fields of a request. fields: those that it leaves out, such as timeout=5.
        key: the same key is the same Job, however often it is asked for.
        Raises Rejected if it will never run as asked, and Unavailable."""
        body = json.dumps(_fields(request, fields)).encode()
        headers = {**_PREFER, "Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4())}
        answer = self._insist("POST", "/execute", body, headers)
        while "outcome" not in answer:
            if "job_name" not in answer:
                raise CupelError(f"{self.url} does not answer as Cupel does: {answer}")
            time.sleep(1)  # A server that has too many callers does not let this one wait.
            answer = self._insist("GET", f"/jobs/{answer['job_name']}", headers=_PREFER)
        return Result(answer)

    def run_many(
        self, requests: Iterable[Request], *, workers: int = 16, **fields: Any
    ) -> Generator[Result, None, None]:
        """Runs programs, so many at once, and gives their results in the order asked.

        Requests are taken as there is room for them, so that they may be without end. One that is rejected has a
        Result as well: its outcome is "rejected". Whoever stops taking results leaves nothing behind but what runs."""

        def run(request: Request) -> Result:
            try:
                return self.run(request, **fields)
            except Rejected as e:
                return Result({"eval_id": _fields(request, fields)["eval_id"], "outcome": "rejected", **vars(e)})

        pool = ThreadPoolExecutor(workers)
        submitted = (pool.submit(run, request) for request in requests)
        try:
            running = collections.deque(itertools.islice(submitted, 2 * workers))
            while running:
                yield running.popleft().result()
                running.extend(itertools.islice(submitted, 1))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def jobs(self, **query: Any) -> Iterator[dict[str, Any]]:
        """The Jobs that the server has: by eval_id, state and label."""
        while True:
            page = self._insist("GET", "/jobs?" + urllib.parse.urlencode(query, doseq=True))
            yield from page["items"]
            if not page.get("continue"):
                return
            query["continue"] = page["continue"]

    def cancel(self, job_name: str) -> None:
        """Stops a Job; its output so far is in its result."""
        self._insist("DELETE", f"/jobs/{job_name}")

    def _insist(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        """Calls until there is an answer that says something. That is safe: a key makes a repeat the same Job."""
        call = urllib.request.Request(self.url + path, body, {**self.headers, **headers}, method=method)
        until = time.monotonic() + self.patience
        pause = 0.2
        while True:
            wait = pause
            try:
                status, after, answer = _ask(call)
                if status not in _NOT_NOW:
                    return _checked(status, answer)
                why = f"says {status}"
                wait = float(after) if after.isdecimal() else pause
            except (OSError, http.client.HTTPException) as e:
                why = f"cannot be reached: {e}"
            if time.monotonic() + wait > until:
                raise Unavailable(f"{self.url} {why}")
            time.sleep(wait)
            pause = min(pause * 1.5, 5)


class AsyncCupel:
    """A server, called without blocking the event loop; threads wait for it instead."""

    def __init__(
        self, url: str | None = None, *, headers: Mapping[str, str] | None = None,
        patience: float = 60, workers: int = 64,
    ) -> None:
        """As Cupel; workers: how many calls of run are under way at once, at most."""
        self._client = Cupel(url, headers=headers, patience=patience)
        self._pool = ThreadPoolExecutor(workers)

    async def run(self, request: Request, *, key: str | None = None, **fields: Any) -> Result:
        """As Cupel.run."""
        return await asyncio.wrap_future(self._pool.submit(self._client.run, request, key=key, **fields))

    async def run_many(self, requests: Iterable[Request], *, workers: int = 16, **fields: Any) -> AsyncIterator[Result]:
        """As Cupel.run_many."""
        results = self._client.run_many(requests, workers=workers, **fields)
        # One thread: whoever stops while a result is awaited has the results closed after it.
        turns = ThreadPoolExecutor(1)
        try:
            while result := await asyncio.wrap_future(turns.submit(next, results, None)):
                yield result
        finally:
            turns.submit(results.close)
            turns.shutdown(wait=False)


def _fields(request: Request, more: Mapping[str, Any]) -> dict[str, Any]:
    given = {"code": request} if isinstance(request, str) else request
    return {"eval_id": "python-client", **more, **given}


def _ask(call: urllib.request.Request) -> tuple[int, str, bytes]:
    try:
        answer = urllib.request.urlopen(call, timeout=_WAIT + 60)
    except urllib.error.HTTPError as e:
        answer = e
    with answer:
        return answer.status, answer.headers.get("Retry-After", ""), answer.read()


def _checked(status: int, answer: bytes) -> dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        told = None
    if isinstance(told, dict) and status < 300:
        return told
    if isinstance(told, dict) and status < 500 and "reason" in told:
        raise Rejected(told["reason"], told.get("field", ""), told.get("message", ""))
    raise CupelError(f"HTTP status {status}: {answer[:200]!r}")
