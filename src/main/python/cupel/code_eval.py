"""pass@k, as the metric code_eval of Hugging Face's evaluate answers it, but run by Cupel.

    from cupel import code_eval   # in place of: code_eval = evaluate.load("code_eval")
    pass_at_k, results = code_eval.compute(references=..., predictions=..., k=[1, 10])
"""

from __future__ import annotations

import math
import re
import secrets
from collections import defaultdict
from typing import Any, DefaultDict, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from ._client import Cupel
from ._result import CupelError, Result, kept_bytes

_AGAIN = 2
"""How often a program is run again that could not be run through no fault of its own."""


def compute(
    predictions: Sequence[Sequence[str]],
    references: Sequence[str],
    k: Union[int, Sequence[int]] = (1, 10, 100),
    num_workers: int = 4,
    timeout: float = 3.0,
    *,
    client: Optional[Cupel] = None,
    **fields: Any,
) -> Tuple[Dict[str, float], Dict[int, List[Tuple[int, Dict[str, Any]]]]]:
    """Runs each prediction of a task before the task's reference, which is a test.

    Returns the mean of pass@k over all tasks, for each k that no task has fewer predictions than; and by the task's
    number, a list of (number of the prediction, {"task_id", "passed", "result", "completion_id"}).
    client: the server; if not given, that of CUPEL_URL. fields: more of each request, such as template or memory_limit.
    Raises CupelError where a program could not be run, and so is neither right nor wrong."""
    if len(predictions) != len(references):
        raise ValueError(f"{len(predictions)} lists of predictions for {len(references)} references")
    server = client or Cupel()
    asked = [
        (task, number, _Program(candidate + "\n" + test, f"{task}-{number}"))
        for task, (candidates, test) in enumerate(zip(predictions, references))
        for number, candidate in enumerate(candidates)
    ]
    results: DefaultDict[int, List[Tuple[int, Dict[str, Any]]]] = defaultdict(list)
    left = asked
    for _ in range(1 + _AGAIN):
        failed = []
        requests = (program.request for _, _, program in left)
        ran = server.run_many(requests, workers=num_workers, timeout=timeout, **fields)
        for one, result in zip(left, ran):
            task, number, program = one
            if result.outcome in ("error", "cancelled"):
                failed.append((one, result))
                continue
            told = program.told(result)
            row = {"task_id": task, "passed": told == "passed", "result": told, "completion_id": number}
            results[task].append((number, row))
        if not failed:
            break
        left = [one for one, _ in failed]
    else:
        raise CupelError(f"{len(failed)} programs could not be run, such as {failed[0][1]}")
    for rows in results.values():
        rows.sort(key=lambda row: row[0])
    return _pass_at_k(results.values(), [k] if isinstance(k, int) else k), results


class _Program:
    """A program that says at its very end that it came there: one that leaves early has not passed."""

    def __init__(self, code: str, eval_id: str) -> None:
        self._token = f"\n{secrets.token_hex(16)}\n"
        self.request = {
            "eval_id": eval_id,
            "code": f"{code}\n__import__('os').write(1, {self._token.encode()!r})\n",
        }

    def told(self, result: Result) -> str:
        """In the words of code_eval."""
        if result.outcome == "rejected":
            return f"failed: {result.json['reason']} {result.json['field']}: {result.json['message']}"
        if result.reason == "DeadlineExceeded":
            return "timed out"
        if not result.ok:
            return "failed: " + (_exception(result.stderr) if result.reason == "NonZeroExit" else str(result.reason))
        tail = kept_bytes((result.json.get("stdout") or {}).get("tail"))
        ended = self._token.encode() in result.stdout + tail
        return "passed" if ended else "failed: it exited before its end"


def _exception(stderr: bytes) -> str:
    """What str() gives of the exception whose traceback this ends with."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    last = lines[-1] if lines else ""
    return re.sub(r"^[A-Za-z_][\w.]*(: |$)", "", last)


def _pass_at_k(tasks: Iterable[List[Tuple[int, Dict[str, Any]]]], ks: Sequence[int]) -> Dict[str, float]:
    counts = [(len(rows), sum(bool(row["passed"]) for _, row in rows)) for rows in tasks]
    return {
        f"pass@{k}": sum(_estimate(total, correct, k) for total, correct in counts) / len(counts)
        for k in ks
        if counts and all(total >= k for total, _ in counts)
    }


def _estimate(total: int, correct: int, k: int) -> float:
    """1 - C(total - correct, k) / C(total, k): the chance that one of k is right, of so many."""
    return 1.0 - math.comb(total - correct, k) / math.comb(total, k)
