"""The calls, with nothing but the standard library."""

from __future__ import annotations

import collections
import http.client
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Deque, Dict, Iterable, Iterator, Mapping, Optional, Tuple, Union

from ._result import CupelError, Rejected, Result, Unavailable

#: The fields of a request, or the program alone.
Request = Union[str, Mapping[str, Any]]

_NOT_NOW = (429, 502, 503, 504)
_WAIT = 30
"""Seconds that a call waits for a result: shorter than what proxies commonly wait for an answer."""


class Cupel:
    """A server. From any number of threads."""

    def __init__(
        self,
        url: Optional[str] = None,
        *,
        headers: Optional[Mapping[str, str]] = None,
        patience: float = 60,
    ) -> None:
        """url: where it serves; if not given, CUPEL_URL, else http://127.0.0.1:8080.
        headers: of every call. patience: seconds that the server may stay away, or say "not now"."""
        self.url = (url or os.environ.get("CUPEL_URL") or "http://127.0.0.1:8080").rstrip("/")
        self.headers = dict(headers or {})
        self.patience = patience

    def run(self, request: Request, *, key: Optional[str] = None, **fields: Any) -> Result:
        """Runs a program to its end.

        request: its code, or all fields of a request. fields: those that it leaves out, such as timeout=5.
        key: the same key is the same Job, however often it is asked for.
        Raises Rejected if it will never run as asked, and Unavailable."""
        body = json.dumps(_fields(request, fields)).encode()
        headers = {
            "Content-Type": "application/json",
            "Prefer": f"wait={_WAIT}",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        answer = self._insist("POST", "/execute", body, headers)
        pause = 0.1
        while "outcome" not in answer:
            if "job_name" not in answer:
                raise CupelError(f"{self.url} does not answer as Cupel does: {answer}")
            time.sleep(pause)
            pause = min(pause * 1.5, 2)
            answer = self._insist("GET", f"/jobs/{answer['job_name']}", None, {"Prefer": f"wait={_WAIT}"})
        return Result(answer)

    def run_many(self, requests: Iterable[Request], *, workers: int = 16, **fields: Any) -> Iterator[Result]:
        """Runs programs, so many at once, and gives their results in the order asked.

        Requests are taken as there is room for them, so that they may be without end. One that is rejected has a
        Result as well: its outcome is "rejected". Whoever stops taking results leaves nothing behind but what runs."""

        def run(request: Request) -> Result:
            try:
                return self.run(request, **fields)
            except Rejected as e:
                told = {"reason": e.reason, "field": e.field, "message": e.message}
                return Result({"eval_id": _fields(request, fields).get("eval_id"), "outcome": "rejected", **told})

        running: Deque[Future[Result]] = collections.deque()
        pool = ThreadPoolExecutor(max_workers=workers)
        try:
            for request in requests:
                running.append(pool.submit(run, request))
                if len(running) >= 2 * workers:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()
            pool.shutdown(wait=False)

    def jobs(self, **query: Any) -> Iterator[Dict[str, Any]]:
        """The Jobs that the server has: by eval_id, state and label."""
        after = ""
        while True:
            asked = {**query, **({"continue": after} if after else {})}
            page = self._insist("GET", "/jobs?" + urllib.parse.urlencode(asked, doseq=True), None, {})
            yield from page["items"]
            after = page.get("continue", "")
            if not after:
                return

    def cancel(self, job_name: str) -> None:
        """Stops a Job; its output so far is in its result."""
        self._insist("DELETE", f"/jobs/{job_name}", None, {})

    def _insist(self, method: str, path: str, body: Optional[bytes], headers: Mapping[str, str]) -> Dict[str, Any]:
        """Calls until there is an answer that says something. That is safe: a key makes a repeat the same Job."""
        until = time.monotonic() + self.patience
        pause = 0.2
        while True:
            wait = pause
            try:
                status, after, answer = self._call(method, path, body, headers)
                if status not in _NOT_NOW:
                    return _checked(status, answer)
                why = f"{self.url} says {status}"
                wait = after or pause
            except (OSError, http.client.HTTPException) as e:
                why = f"{self.url} cannot be reached: {e}"
            if time.monotonic() + wait > until:
                raise Unavailable(why)
            time.sleep(wait)
            pause = min(pause * 1.5, 5)

    def _call(
        self, method: str, path: str, body: Optional[bytes], headers: Mapping[str, str]
    ) -> Tuple[int, float, bytes]:
        request = urllib.request.Request(
            self.url + path, data=body, headers={**self.headers, **headers}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=_WAIT + 60) as answer:
                return answer.status, 0, answer.read()
        except urllib.error.HTTPError as e:
            with e:
                after = e.headers.get("Retry-After", "")
                return e.code, float(after) if after.isdecimal() else 0, e.read()


def _fields(request: Request, more: Mapping[str, Any]) -> Dict[str, Any]:
    given = {"code": request} if isinstance(request, str) else dict(request)
    return {"eval_id": "python-client", **more, **given}


def _checked(status: int, answer: bytes) -> Dict[str, Any]:
    try:
        told = json.loads(answer)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise CupelError(f"HTTP status {status}, and no JSON object")
    if 400 <= status < 500 and "reason" in told:
        raise Rejected(told["reason"], told.get("field", ""), told.get("message", ""))
    if status >= 300:
        raise CupelError(f"HTTP status {status}: {told.get('detail', '')}")
    return told
