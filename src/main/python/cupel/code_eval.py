"""pass@k, as the metric code_eval of Hugging Face's evaluate answers it, but run by Cupel."""

from __future__ import annotations

import math
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Sequence

from ._client import Cupel, CupelError, Rejected, Result, kept_bytes


def compute(
    predictions: Sequence[Sequence[str]],
    references: Sequence[str],
    k: int | Sequence[int] = (1, 10, 100),
    num_workers: int = 4,
    timeout: float = 3.0,
    *,
    client: Cupel | None = None,
    **fields: Any,
) -> tuple[dict[str, float], dict[int, list[tuple[int, dict[str, Any]]]]]:
    """Runs each prediction of a task before the task's reference, which is a test.

    Returns the mean of pass@k over all tasks, for each k that no task has fewer predictions than; and by the task's
    number, a list of (number of the prediction, {"task_id", "passed", "result", "completion_id"}).
    client: the server; if not given, that of CUPEL_URL. fields: more of each request, such as template or memory_limit.
    Raises CupelError where a program could not be run, and so is neither right nor wrong."""
    if len(predictions) != len(references):
        raise ValueError(f"{len(predictions)} lists of predictions for {len(references)} references")
    server = client or Cupel()

    def row(task: int, number: int) -> dict[str, Any]:
        code = predictions[task][number] + "\n" + references[task]
        told = _told(server, code, {"eval_id": f"{task}-{number}", "timeout": timeout, **fields})
        return {"task_id": task, "passed": told == "passed", "result": told, "completion_id": number}

    numbers = [(task, number) for task, some in enumerate(predictions) for number in range(len(some))]
    results: dict[int, list[tuple[int, dict[str, Any]]]] = {task: [] for task, _ in numbers}
    with ThreadPoolExecutor(num_workers) as pool:
        for one in pool.map(lambda asked: row(*asked), numbers):
            results[one["task_id"]].append((one["completion_id"], one))
    counts = [(len(rows), sum(one["passed"] for _, one in rows)) for rows in results.values()]
    ks = [k] if isinstance(k, int) else k
    return {f"pass@{n}": _mean(counts, n) for n in ks if counts and all(total >= n for total, _ in counts)}, results


def _mean(counts: list[tuple[int, int]], k: int) -> float:
    """Of 1 - C(total - correct, k) / C(total, k): the chance that one of k is right, of so many."""
    chances = [1.0 - math.comb(total - correct, k) / math.comb(total, k) for total, correct in counts]
    return sum(chances) / len(chances)


def _told(server: Cupel, code: str, fields: dict[str, Any]) -> str:
    """Runs a program, and tells its end in the words of code_eval."""
    # Its last act is to say that it came there: one that leaves early has not passed.
    token = f"\n{secrets.token_hex(16)}\n".encode()
    code += f"\n__import__('os').write(1, {token!r})\n"
    for _ in range(3):  # What could not be run through no fault of its own is run again, twice.
        try:
            result = server.run(code, **fields)
        except Rejected as e:
            return f"failed: {e}"
        if result.outcome in ("success", "failure"):
            return _words(result, token)
    raise CupelError(f"a program could not be run: {result}")


def _words(result: Result, token: bytes) -> str:
    if result.reason == "DeadlineExceeded":
        return "timed out"
    if result.reason == "NonZeroExit":
        # What str() gives of the exception whose traceback this ends with.
        last = result.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        return "failed: " + re.sub(r"^[A-Za-z_][\w.]*(: |$)", "", last)
    if not result.ok:
        return f"failed: {result.reason}"
    tail = kept_bytes((result.json.get("stdout") or {}).get("tail"))
    return "passed" if token in result.stdout + tail else "failed: it exited before its end"
